//! The first start on AWS: what is missing is said, and by which command it comes.

use std::path::Path;

use super::emulator::{Emulator, unique};
use crate::support::{sandbox::Sandbox, serve::Site};

#[test]
fn a_missing_table_is_said_with_the_command_that_makes_it() {
    let Some(emulator) = Emulator::find() else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let passed = root.join("tests/fixtures/passed.json");
    let slack = Sandbox::start(&["--events", passed.to_str().unwrap()]);
    let mut site = Site::new(&slack);
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        site.tokens.push((name.to_owned(), "test".to_owned()));
    }
    let (fast, slow, table) =
        (emulator.queue(&unique("fast")), emulator.queue(&unique("slow")), unique("table"));
    let queues = format!("sqs: {{fast_queue_url: '{fast}', slow_queue_url: '{slow}'}}");
    site.change("embedded: {}", &queues);
    let sqlite = format!("sqlite: {{data: '{}'}}", site.folder.path().join("data").display());
    site.change(&sqlite, &format!("dynamodb: {{table: {table}}}"));
    let aws = format!("aws: {{region: ap-northeast-1, endpoint_url: '{}'}}", emulator.url);
    site.change("\nhttp:", &format!("\n{aws}\nhttp:"));

    let (good, said) = site.run(&["serve", "--log-format", "text"]);
    let why = format!("there is no table {table}: `monban store init` creates it");
    assert!(!good && said.contains(&why), "{said}");
    for _ in 0..2 {
        let (good, said) = site.run(&["store", "init"]);
        assert!(good && said == format!("table {table}: ready\n"), "{said}");
    }
    let (good, said) = site.run(&["owners", "export"]);
    assert!(!good && said.contains("no owner map was imported yet"), "{said}");

    let serve = site.serve("warn");
    let (status, ready) = serve.readyz();
    assert_eq!((status, &ready["checks"]["owners"]["ok"]), (503, &false.into()), "{ready}");
    for name in ["store", "inbox.fast", "inbox.slow", "slack.T0AKEBONO", "slack.T0SHINONOME"] {
        assert_eq!(ready["checks"][name]["ok"], true, "{name}: {ready}");
    }
    // Here the map can come while it waits.
    site.import();
    let (good, said) = site.run(&["owners", "export"]);
    let sample = std::fs::read_to_string(root.join("deploy/sample/owners.yaml")).unwrap();
    assert!(good && said == sample);
    crate::support::serve::until("it is ready", || (serve.readyz().0 == 200).then_some(()));
    let ended = serve.stop();
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    assert!(ended.stderr.contains("there is no owner map yet"), "{}", ended.stderr);
}
