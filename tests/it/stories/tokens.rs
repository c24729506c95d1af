//! Tokens that are not what they should be: told by their key, never shown.

use std::path::Path;

use crate::support::{
    events::FAILED,
    sandbox::Sandbox,
    serve::{Ended, Site, until},
};

fn slack() -> Sandbox {
    let passed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/passed.json");
    Sandbox::start(&["--events", passed.to_str().unwrap()])
}

#[test]
fn tokens_of_each_others_workspaces_send_nothing_until_they_are_mended() {
    let slack = slack();
    let mut site = Site::new(&slack);
    site.import();
    let (first, second) = (site.tokens[0].1.clone(), site.tokens[1].1.clone());
    site.tokens[0].1.clone_from(&second);
    site.tokens[1].1.clone_from(&first);
    let serve = site.serve("info");
    let (status, ready) = serve.readyz();
    assert_eq!(status, 503, "{ready}");
    let why = ready["checks"]["slack.T0AKEBONO"]["why"].as_str().unwrap();
    assert!(why.contains("configured for T0AKEBONO is one of T0SHINONOME"), "{ready}");
    serve.feed(&FAILED.event());
    until("the finding is decided", || {
        serve.get("/metrics").1.contains("monban_acked_total 1\n").then_some(())
    });
    let Ended { status, stderr, .. } = serve.stop();
    assert_eq!(status.code(), Some(0), "{stderr}");
    assert!(stderr.contains("configured for T0SHINONOME is one of T0AKEBONO"), "{stderr}");
    assert!(slack.messages().is_empty(), "nothing reaches another company");
    site.tokens[0].1 = first;
    site.tokens[1].1 = second;
    let serve = site.serve("info");
    until("the card stands where it belongs", || {
        slack.messages().iter().any(|one| one.place == "T0SHINONOME/C0HIDAMARI").then_some(())
    });
    assert_eq!(serve.stop().status.code(), Some(0));
}

#[test]
fn a_token_where_its_place_should_stand_is_never_shown() {
    let slack = slack();
    for place in [
        "{env: xoxb-1-4711}",
        "{file: xoxb-1-4711}",
        "{secrets_manager: xoxb-1-4711}",
        "{secrets_manager: a, key: xapp-1-4711}",
        "xoxb-1-4711",
    ] {
        let site = Site::new(&slack);
        site.change("{env: MONBAN_TOKEN_T0AKEBONO}", place);
        for verb in ["check", "serve"] {
            let (good, said) = site.run(&[verb]);
            assert!(!good && said.contains("slack.workspaces[1].bot_token"), "{place}: {said}");
            assert!(!said.contains("4711"), "{verb} {place}: {said}");
        }
    }
}

#[test]
fn what_is_no_bot_token_is_a_note() {
    let slack = slack();
    let mut site = Site::new(&slack);
    site.tokens[1].1 = "xapp-1-4711".to_owned();
    let (good, said) = site.run(&["check"]);
    let note = "note: slack.workspaces[1].bot_token: the environment variable \
                MONBAN_TOKEN_T0AKEBONO holds no bot token, it seems: one begins with `xoxb-`";
    assert!(good && said.contains(note) && !said.contains("4711"), "{said}");
    let Ended { stderr, .. } = site.serve("warn").stop();
    assert!(stderr.contains("holds no bot token") && !stderr.contains("4711"), "{stderr}");
}

#[test]
fn files_in_each_others_place_are_told_as_such() {
    let slack = slack();
    let site = Site::new(&slack);
    let config = site.config();
    let (_, said) = site.run(&["check", "--owners", config.to_str().unwrap()]);
    assert!(said.contains("(file): looks like a config. Give it as `--config`"), "{said}");
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/sample/owners.yaml");
    site.write(&std::fs::read_to_string(sample).unwrap());
    let (_, said) = site.run(&["check"]);
    assert!(said.contains("(file): looks like an owner map. "), "{said}");
}
