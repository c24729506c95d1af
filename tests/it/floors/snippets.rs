//! The checker itself: it must be able to fail.

use super::{
    rules::{LINES, check, check_test},
    source::{Token, paths, tokens},
};

fn refused(file: &str, source: &str, why: &str) {
    let wrong = check(file, source);
    assert!(wrong.iter().any(|one| one.contains(why)), "{file}: {source}\n{why}: {wrong:?}");
}

fn fine(file: &str, source: &str) {
    assert_eq!(check(file, source), Vec::<String>::new(), "{file}: {source}");
}

#[test]
fn a_floor_may_use_what_is_below_it() {
    fine("ports.rs", "use crate::domain::{Alert, Entry};");
    fine("flow/gate.rs", "use super::Bell; use crate::{decide::{self, Change}, ports::Store};");
    fine("cli/sandbox.rs", "use super::owners; use crate::{adapters::sqlite, app::App, sandbox};");
    fine("decide/mod.rs", "mod triage; pub use triage::triage; use crate::domain::Alert;");
    fine(
        "domain/effect.rs",
        "use super::{AlertId, Card}; pub(crate) struct X; pub(super) fn f() {}",
    );
    fine("render/words.rs", "use handlebars::Template; pub(in crate::render) fn f() {}");
    fine("sandbox/http/api.rs", "use crate::sandbox::faults::Fault; use super::cut::Cut;");
    fine("main.rs", "fn main() { monban::cli::main() }");
    fine("lib.rs", "pub mod domain; pub mod flow;");
}

#[test]
fn a_broken_floor_is_found_however_it_is_written() {
    refused("domain/alert.rs", "use crate::ports::Clock;", "`domain` may not import `ports`");
    refused("decide/mod.rs", "use crate::{domain::Alert, ports::Store};", "import `ports`");
    refused(
        "decide/mod.rs",
        "use crate::{\n  domain::{Alert, Entry},\n  flow::{Gate, Bell}};",
        "`flow`",
    );
    refused("decide/mod.rs", "fn f() { let _ = crate::render::card(); }", "import `render`");
    refused("decide/mod.rs", "fn f() { vec![crate::intake::parse(b\"\")]; }", "import `intake`");
    refused("decide/triage.rs", "use super::super::ports::Store;", "import `ports`");
    refused("decide/triage.rs", "use super::super::{domain::Alert, flow};", "import `flow`");
    refused("decide/triage.rs", "use super::{super::flow};", "import `flow`");
    refused("ports.rs", "use super::flow::Gate;", "import `flow`");
    refused("decide/triage.rs", "mod tests { use super::super::super::flow::Gate; }", "`flow`");
    refused("adapters/slack.rs", "use crate::render::Words as W;", "import `render`");
    refused("flow/poll.rs", "use crate::adapters::sqlite;", "import `adapters`");
    refused("flow/poll.rs", "use crate::app::App;", "import `app`");
    refused("sandbox/mod.rs", "use crate::domain::Alert;", "import `domain`");
    refused("config.rs", "use crate::ports::Clock;", "import `ports`");
    refused("app.rs", "use crate::cli::main;", "import `cli`");
    refused("render/card.rs", "use crate::*;", "root as a whole");
    refused("render/card.rs", "use crate as all;", "root as a whole");
    refused("render/card.rs", "extern crate self as other;", "another name");
    refused("render/card.rs", "use monban::flow::Gate;", "its own crate");
    refused("render/card.rs", "include!(\"../flow/gate.rs\");", "source from elsewhere");
    refused("render/card.rs", "#[path = \"../flow/gate.rs\"] mod gate;", "file from elsewhere");
    refused("attic/http.rs", "fn f() {}", "has no floor yet");
    refused("owners/check.rs", "macro_rules! m { () => { $crate::flow::Gate } }", "`flow`");
}

#[test]
fn an_inline_module_ends_with_its_brace() {
    let source = "mod tests { fn f() { if true {} } } use super::ports::X;";
    refused("domain.rs", source, "import `ports`");
    fine("domain/x.rs", "mod tests { use super::super::Alert; }");
}

#[test]
fn words_in_comments_and_literals_are_no_code() {
    for source in [
        "// use crate::ports::Clock;",
        "/* use crate::ports::Clock; /* nested */ tokio */ struct A;",
        "const A: &str = \"crate::ports \\\" tokio\";",
        "const A: &str = r#\"crate::ports \" tokio\"#;",
        "const A: &[u8] = b\"crate::flow\"; const B: char = '\"'; const C: u8 = b'\\'';",
        "fn f<'a>(x: &'a str) -> &'a str { x } // crate::flow",
        "//! async and await are words.",
    ] {
        fine("domain/x.rs", source);
    }
    refused(
        "domain/x.rs",
        "const A: char = '\"'; use crate::ports::B; const C: char = '\"';",
        "ports",
    );
    refused("domain/x.rs", "fn f(r: u8) { r\n} use crate::ports::B;", "ports");
    refused("domain/x.rs", "const A: &str = r\"\\\"; use crate::ports::B;", "ports");
}

#[test]
fn lines_and_raw_names_are_kept() {
    let found = tokens("a\n\"x\ny\"\nr#type b");
    let word = |text: &str| Token::Word(text.to_owned());
    let lines: Vec<_> = found.iter().map(|one| (one.token.clone(), one.line)).collect();
    assert_eq!(lines[0], (word("a"), 1));
    assert_eq!(lines[lines.len() - 1], (word("b"), 4));
    assert!(lines.contains(&(word("type"), 4)));
    let paths = paths(&tokens("\n\nuse crate::{a::{b, c::*}, d as e};"), &[]);
    let flat: Vec<String> = paths.iter().map(|one| one.segments.join("::")).collect();
    assert_eq!(flat, ["a::b", "a::c", "d"]);
    assert!(paths.iter().all(|one| one.line == 3));
}

#[test]
fn libraries_stay_in_their_files() {
    refused("flow/gate.rs", "use rusqlite::Connection;", "`rusqlite` belongs into");
    refused("adapters/clock.rs", "fn f() -> slack_morphism::X {}", "`slack_morphism`");
    refused("app.rs", "use axum::Router;", "`axum`");
    refused("sandbox/mod.rs", "use axum::Router;", "`axum`");
    refused("flow/pump/mod.rs", "use governor::Quota;", "`governor`");
    refused("config.rs", "#[derive(clap::Args)] struct A;", "`clap`");
    refused("render/card.rs", "use handlebars::Handlebars;", "`handlebars`");
    fine("adapters/slack/classify.rs", "use slack_morphism::errors::E;");
    fine("sandbox/http/mod.rs", "use axum::Router;");
}

#[test]
fn pure_floors_have_no_time_and_no_tasks() {
    for (source, why) in [
        ("async fn f() {}", "`async`"),
        ("use tokio::sync::Mutex;", "`tokio`"),
        ("fn f() { jiff::Timestamp::now(); }", "`now`"),
        ("use std::time::{Duration, Instant};", "`Instant`"),
        ("fn f() { std::env::var(\"X\"); }", "`env`"),
        ("use std::{collections::HashMap, fs};", "`fs`"),
        ("use std::{fs, rc::Rc};", "`fs`"),
        ("fn f() { std::thread::spawn(|| ()); }", "`thread`"),
    ] {
        refused("domain/x.rs", source, why);
        refused("owners/check.rs", source, why);
    }
    fine("decide/x.rs", "fn f(now: Timestamp) { g(now, self.now) } use std::time::Duration;");
    fine("flow/x.rs", "async fn f() { tokio::select!() }");
}

#[test]
fn the_house_style_is_kept() {
    refused("domain/utils.rs", "", "a file in `utils`");
    refused("domain/x.rs", "mod helpers;", "a module `helpers`");
    refused("domain/x.rs", "#[allow(dead_code)] fn f() {}", "an `allow`");
    refused("domain/x.rs", "#![allow(dead_code)]", "an `allow`");
    refused("domain/x.rs", "fn f() { todo!() }", "`todo!`");
    refused("domain/x.rs", "fn f() { unimplemented!() }", "`unimplemented!`");
    refused("domain/x.rs", "#[ignore] fn f() {}", "an ignored test");
    refused("domain/x.rs", &format!("// {}: later", concat!("TO", "DO")), concat!("TO", "DO"));
    refused("domain/x.rs", &"//\n".repeat(LINES + 1), "401 lines");
    fine("domain/x.rs", &"//\n".repeat(LINES));
    fine("domain/x.rs", "fn f() { list.allow(ignore, manager) }");
    assert_eq!(check_test("it/x.rs", "#[ignore = \"slow\"] fn f() {}").len(), 1);
    assert_eq!(check_test("it/x.rs", "async fn f() { tokio::time::pause() }").len(), 0);
}
