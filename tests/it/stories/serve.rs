//! `monban serve` as a service manager runs it, with a sandbox as its Slack.

use std::{path::Path, time::Duration};

use serde_json::{Value, json};

use crate::support::{
    events::{Control, FAILED},
    sandbox::Sandbox,
    secrets_manager,
    serve::{Ended, Serve, Site, until},
};

/// A Slack whose own bot has nothing to say.
fn slack() -> Sandbox {
    let passed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/passed.json");
    Sandbox::start(&["--events", passed.to_str().unwrap()])
}

/// The one message of this channel, once it is there.
fn card(slack: &Sandbox, place: &str) -> String {
    until("a card stands in the channel", || {
        let mut messages = slack.messages();
        assert!(messages.iter().all(|one| one.place == place), "{messages:#?}");
        messages.pop().map(|one| one.text)
    })
}

fn lines(log: &str) -> Vec<Value> {
    let line = |line: &str| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
    log.lines().map(line).collect()
}

/// It was told to end, did, and said nothing else on its standard output than that it is ready.
fn ended_well(serve: Serve) -> Vec<Value> {
    let ready = format!("monban ready: http://{}\n", serve.address);
    let Ended { status, stdout, stderr } = serve.stop();
    assert_eq!(status.code(), Some(0), "{stderr}");
    assert_eq!(stdout, ready);
    lines(&stderr)
}

#[test]
fn an_event_becomes_a_card_and_all_is_seen_from_outside() {
    let slack = slack();
    let site = Site::new(&slack);
    site.import();
    let serve = site.serve("info");
    assert_eq!(serve.get("/healthz"), (200, "ok\n".to_owned()));
    let (status, ready) = serve.readyz();
    assert_eq!((status, &ready["ready"]), (200, &true.into()), "{ready}");
    let names: Vec<&String> = ready["checks"].as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        ["inbox", "intake", "owners", "slack.T0AKEBONO", "slack.T0SHINONOME", "store"]
    );

    serve.feed(&FAILED.event());
    let text = card(&slack, "T0SHINONOME/C0HIDAMARI");
    assert!(text.contains("S3.8 about hidamari-reports"), "{text}");

    let (status, numbers) = until("the post is counted", || {
        let (status, numbers) = serve.get("/metrics");
        numbers.contains("monban_posted_total 1\n").then_some((status, numbers))
    });
    assert_eq!(status, 200);
    for line in ["monban_acked_total 1", "monban_store_failing 0", "# EOF"] {
        assert!(numbers.lines().any(|found| found == line), "{line}\n{numbers}");
    }
    for page in [&numbers, &ready.to_string()] {
        assert!(!page.contains("hidamari-reports") && !page.contains("xoxb"), "{page}");
    }
    assert_eq!(serve.get("/").0, 404);
    assert_eq!(serve.get("/events").0, 405);
    let page = [("Origin", "http://127.0.0.1:1")];
    assert_eq!(serve.request("POST", "/events", &page, b"{}").status, 403);
    let large = vec![b' '; 1024 * 1024 + 1];
    for (body, status, why) in
        [(&large[..], 413, "1 MiB"), (b"", 400, "empty"), (b" \n", 400, "empty")]
    {
        let refused = serve.request("POST", "/events", &[], body);
        assert_eq!(refused.status, status);
        assert!(refused.json()["error"].as_str().unwrap().contains(why), "{}", refused.json());
    }

    let log = ended_well(serve);
    let said = |word: &str| log.iter().any(|line| line["message"] == word);
    assert!(said("started") && said("stopped"), "{log:#?}");
    assert!(said("all that is needed can be reached"), "{log:#?}");

    // What was told is known after a restart.
    let serve = site.serve("info");
    serve.feed(&Control { status: "PASSED", ..FAILED }.at(900).event());
    until("the card says it is solved", || {
        card(&slack, "T0SHINONOME/C0HIDAMARI").contains("【解決済み】").then_some(())
    });
    ended_well(serve);
    assert_eq!(slack.messages().len(), 1);
}

#[test]
fn without_an_owner_map_it_waits_and_says_what_to_do() {
    let slack = slack();
    let site = Site::new(&slack);
    let serve = site.serve("warn");
    let (status, ready) = serve.readyz();
    assert_eq!((status, &ready["ready"]), (503, &false.into()));
    assert_eq!(ready["checks"]["owners"]["why"], "no owner map was imported yet", "{ready}");
    assert_eq!(ready["checks"]["store"]["ok"], true);
    assert_eq!(serve.get("/healthz").0, 200, "it need not be started again");
    serve.feed(&FAILED.event());
    let log = ended_well(serve);
    let command = format!("monban owners import FILE --config {}", site.config().display());
    assert!(
        log.iter().any(|line| line["message"].as_str().unwrap().contains("stays in the queue"))
    );
    assert!(log.iter().any(|line| line["message"].as_str().unwrap().contains(&command)), "{log:?}");
    // What came meanwhile is not lost.
    site.import();
    let serve = site.serve("warn");
    card(&slack, "T0SHINONOME/C0HIDAMARI");
    ended_well(serve);
}

/// A service whose post is under way: Slack takes `delay_ms` to answer it.
fn in_the_middle(slack: &Sandbox, site: &Site, delay_ms: u64) -> Serve {
    let rule = json!({"method": "chat.postMessage", "kind": "delay", "delay_ms": delay_ms});
    slack.faults(&json!([rule]));
    site.import();
    let serve = site.serve("info");
    serve.feed(&FAILED.event());
    until("the finding is decided", || {
        serve.get("/metrics").1.contains("monban_acked_total 1\n").then_some(())
    });
    std::thread::sleep(Duration::from_millis(500));
    serve
}

#[test]
fn it_ends_what_is_under_way_and_is_not_ready_meanwhile() {
    let slack = slack();
    let site = Site::new(&slack);
    let mut serve = in_the_middle(&slack, &site, 4000);
    serve.terminate();
    let ready = until("it says that it stops", || {
        let (status, ready) = serve.readyz();
        (status == 503).then_some(ready)
    });
    assert_eq!(ready["checks"]["process"]["why"], "it was asked to stop", "{ready}");
    assert_eq!(serve.get("/healthz").0, 200);
    assert_eq!(serve.request("POST", "/events", &[], b"{}").status, 503);
    ended_well(serve);
    let messages = slack.messages();
    assert_eq!(messages.len(), 1, "{messages:#?}");
}

#[test]
fn what_does_not_end_in_time_is_cut_off_and_said() {
    let slack = slack();
    let site = Site::new(&slack);
    site.change("\nhttp:", "\nstop_seconds: 1\nhttp:");
    let Ended { status, stderr, .. } = in_the_middle(&slack, &site, 7000).stop();
    assert_eq!(status.code(), Some(1));
    let last = lines(&stderr).pop().unwrap();
    let said = last["message"].as_str().unwrap();
    assert!(said.contains("after 1 s") && said.contains("`stop_seconds`"), "{last}");
}

#[test]
fn a_wrong_token_is_named_and_never_shown() {
    let slack = slack();
    let mut site = Site::new(&slack);
    site.tokens[1].1 = "xoxb-wrong-4711".to_owned();
    site.tokens.push(("MONBAN_EVENTS".to_owned(), "letmein-4711".to_owned()));
    site.change("embedded: {}", "embedded: {token: {env: MONBAN_EVENTS}}");
    site.import();
    let serve = site.serve("trace");
    let (status, ready) = serve.readyz();
    assert_eq!(status, 503);
    let told = |line: &Value| {
        line["level"] == "ERROR"
            && line["check.name"] == "slack.T0AKEBONO"
            && line["config.key"] == "slack.workspaces[1].bot_token"
    };
    let why = ready["checks"]["slack.T0AKEBONO"]["why"].as_str().unwrap();
    assert!(why.contains("invalid_auth"), "{ready}");
    assert_eq!(ready["checks"]["slack.T0SHINONOME"]["ok"], true);
    let event = FAILED.event();
    let send = |bearer: &str| {
        let header = [("Authorization", bearer)];
        serve.request("POST", "/events", &header, event.as_bytes()).status
    };
    assert_eq!((send("Bearer letmeout"), send("Bearer letmein-4711")), (401, 202));
    assert_eq!(serve.request("POST", "/events", &[], event.as_bytes()).status, 401);
    card(&slack, "T0SHINONOME/C0HIDAMARI");
    let (_, numbers) = serve.get("/metrics");
    let Ended { status, stdout, stderr } = serve.stop();
    assert_eq!(status.code(), Some(0), "{stderr}");
    let talk = lines(&stderr).iter().filter(|line| line["level"] == "DEBUG").count();
    assert!(talk > 5, "it was a talkative run: {stderr}");
    assert!(lines(&stderr).iter().any(told), "{stderr}");
    let (good, checked) = site.run(&["check"]);
    assert!(good, "{checked}");
    for output in [stdout, stderr, numbers, ready.to_string(), checked] {
        for secret in ["xoxb-", "4711", "letme"] {
            let leak = output.lines().find(|line| line.contains(secret));
            assert_eq!(leak, None, "{secret}");
        }
    }
}

#[test]
fn tokens_come_from_secrets_manager_and_files_as_well() {
    let address = secrets_manager::start(&[(
        "monban/slack",
        r#"{"T0SHINONOME": "xoxb-sandbox-T0SHINONOME", "other": 7}"#,
    )]);
    let slack = slack();
    let mut site = Site::new(&slack);
    // As a machine on AWS has them; nothing of ours may show them either.
    site.tokens = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
        .map(|name| (name.to_owned(), "4711-key".to_owned()))
        .to_vec();
    let file = site.folder.path().join("token");
    std::fs::write(&file, "xoxb-sandbox-T0AKEBONO\n").unwrap();
    site.change(
        "{env: MONBAN_TOKEN_T0SHINONOME}",
        "{secrets_manager: monban/slack, key: T0SHINONOME}",
    );
    site.change("{env: MONBAN_TOKEN_T0AKEBONO}", &format!("{{file: '{}'}}", file.display()));
    let aws = format!("aws: {{region: ap-northeast-1, endpoint_url: 'http://{address}'}}");
    site.change("\nhttp:", &format!("\n{aws}\nhttp:"));
    site.import();
    let serve = site.serve("trace");
    let (status, ready) = serve.readyz();
    assert_eq!(status, 200, "{ready}");
    let (_, numbers) = serve.get("/metrics");
    let requests = "monban_aws_requests_total{operation=\"secretsmanager.GetSecretValue\"} 1";
    assert!(numbers.lines().any(|line| line == requests), "{numbers}");
    let Ended { status, stderr, .. } = serve.stop();
    assert_eq!(status.code(), Some(0));
    assert!(lines(&stderr).iter().any(|line| line["level"] == "DEBUG"));
    for secret in ["xoxb-", "4711-key"] {
        assert_eq!(stderr.lines().find(|line| line.contains(secret)), None, "{secret}");
    }

    site.change("key: T0SHINONOME", "key: other");
    let (good, said) = site.run(&["serve"]);
    let why = "slack.workspaces[0].bot_token: the secret monban/slack: its key other holds no text";
    assert!(!good && said.contains(why), "{said}");
    site.change("monban/slack", "monban/nowhere");
    let (good, said) = site.run(&["serve"]);
    let why = "slack.workspaces[0].bot_token: the secret monban/nowhere: ResourceNotFoundException";
    assert!(!good && said.contains(why), "{said}");
}

#[test]
fn it_refuses_to_start_with_a_sentence() {
    let slack = slack();
    let site = Site::new(&slack);
    let refused = |site: &Site, args: &[&str], words: &[&str]| {
        let (good, said) = site.run(args);
        assert!(!good, "{said}");
        for word in words {
            assert!(said.contains(word), "{word}: {said}");
        }
        assert!(!said.contains("panicked") && !said.contains("xoxb"), "{said}");
        said
    };
    let mut without = Site::new(&slack);
    without.tokens.remove(1);
    let words = [
        "slack.workspaces[1].bot_token: the environment variable MONBAN_TOKEN_T0AKEBONO is not set",
    ];
    let said = refused(&without, &["serve"], &words);
    assert_eq!(lines(&said).len(), 1, "the refusal is a line of the log");
    let mut none = Site::new(&slack);
    none.tokens.clear();
    let both = ["slack.workspaces[0].bot_token: ", "slack.workspaces[1].bot_token: "];
    assert_eq!(lines(&refused(&none, &["serve"], &both)).len(), 2, "all at once");
    let said = refused(&without, &["serve", "--log-format", "text"], &words);
    assert!(said.starts_with("monban: "), "{said}");
    // To check, it is a note.
    let (good, said) = without.run(&["check"]);
    assert!(
        good && said.contains("note: slack.workspaces[1].bot_token: the environment"),
        "{said}"
    );
    let chosen = ": ok: embedded inbox, SQLite, 2 workspace(s), no way in for people\n";
    assert!(said.contains(chosen), "{said}");

    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = taken.local_addr().unwrap().to_string();
    site.change("127.0.0.1:0", &address);
    refused(&site, &["serve"], &["http.listen", &address, "change `http.listen`"]);
    site.change("\nhttp:", "\nhtpp: {}\nhttp:");
    let words = ["htpp: is an unknown key"];
    for verb in [vec!["serve"], vec!["check"], vec!["store", "init"], vec!["owners", "export"]] {
        refused(&site, &verb, &words);
    }
    site.write("inbox: {");
    refused(&site, &["check"], &["(file): is not readable YAML"]);
}

#[test]
fn verbs_take_the_store_of_the_config() {
    let slack = slack();
    let site = Site::new(&slack);
    let (good, said) = site.run(&["owners", "export"]);
    assert!(!good && said.contains("there is no data file"), "{said}");
    let data = site.folder.path().join("data");
    for _ in 0..2 {
        let (good, said) = site.run(&["store", "init"]);
        assert!(good && said == format!("{}: ready\n", data.display()), "{said}");
    }
    site.import();
    let (good, said) = site.run(&["owners", "export"]);
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/sample/owners.yaml");
    assert!(good && said == std::fs::read_to_string(&sample).unwrap());
    let both = ["owners", "export", "--data", data.to_str().unwrap()];
    let (good, said) = site.run(&both);
    assert!(!good && said.contains("cannot be used with"), "{said}");
    // A workspace of the map without a token.
    let both = ["check", "--owners", sample.to_str().unwrap()];
    assert!(site.run(&both).0);
    site.change("T0AKEBONO, bot_token", "T0OTHER, bot_token");
    let (good, said) = site.run(&both);
    assert!(!good && said.contains("slack.workspaces: has no entry for T0AKEBONO"), "{said}");
}
