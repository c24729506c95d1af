use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use rusqlite::Connection;
use tempfile::TempDir;

use super::{opened, wait};
use crate::{
    adapters::sqlite::OpenError,
    domain::{AccountId, Severity},
    ports::Store as _,
};

const OPEN: &str = r#"{"state":"open","since":"2026-11-02T01:00:00Z"}"#;
const RESOLVED: &str = r#"{"state":"resolved","since":"2026-11-02T01:00:00Z","at":"2026-11-02T02:00:00Z","cause":"passed"}"#;

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("monban.db");
    (folder, file)
}

/// What opening is answered. The file must be as it was before, to the byte, with nothing beside
/// it.
fn refused(file: &Path) -> OpenError {
    let before = fs::read(file).unwrap();
    let Err(error) = opened(file) else { panic!("{}: it was opened", file.display()) };
    assert_eq!(fs::read(file).unwrap(), before, "{error}");
    let beside = fs::read_dir(file.parent().unwrap()).unwrap();
    let beside: Vec<_> = beside.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(beside, [file], "{error}");
    let text = error.to_string();
    assert!(text.starts_with(file.to_str().unwrap()), "it names the file: {text}");
    error
}

#[test]
fn a_fresh_folder_is_made() {
    let (folder, _) = folder();
    let file = folder.path().join("a/b/monban.db");
    drop(opened(&file).unwrap());
    assert!(file.is_file());
    drop(opened(&file).unwrap());
    let odd = folder.path().join("a%20b ?immutable=0#c/門番.db");
    for _ in 0..2 {
        drop(opened(&odd).unwrap());
        assert!(odd.is_file(), "a name is a name");
    }
    // An empty file is as good as none.
    let empty = folder.path().join("empty.db");
    fs::write(&empty, b"").unwrap();
    drop(opened(&empty).unwrap());
}

#[test]
fn another_programs_database_is_left_alone() {
    for journal in ["DELETE", "WAL"] {
        let (_folder, file) = folder();
        let other = Connection::open(&file).unwrap();
        other.pragma_update(None, "journal_mode", journal).unwrap();
        other.execute_batch("CREATE TABLE diary (page TEXT)").unwrap();
        drop(other);
        assert!(matches!(refused(&file), OpenError::Foreign { .. }), "{journal}");
    }
}

#[test]
fn what_another_program_has_not_finished_is_left_alone() {
    let (_folder, file) = folder();
    let other = Connection::open(&file).unwrap();
    other.pragma_update(None, "journal_mode", "WAL").unwrap();
    other.execute_batch("CREATE TABLE diary (page TEXT)").unwrap();
    // Its log holds the table still: the file alone looks empty.
    let before = fs::read(&file).unwrap();
    let Err(error) = opened(&file) else { panic!("it was opened") };
    assert!(matches!(error, OpenError::Foreign { .. }), "{error}");
    assert_eq!(fs::read(&file).unwrap(), before);
    let pages: i64 = other.query_row("SELECT count(*) FROM diary", [], |row| row.get(0)).unwrap();
    assert_eq!(pages, 0);
}

#[test]
fn a_marked_but_foreign_database_is_left_alone() {
    let (_folder, file) = folder();
    let other = Connection::open(&file).unwrap();
    other.pragma_update(None, "application_id", 7).unwrap();
    drop(other);
    assert!(matches!(refused(&file), OpenError::Foreign { .. }));
}

#[test]
fn a_text_is_no_data_file() {
    for text in ["dear diary", "SQLite format 3", &"long ".repeat(5000)] {
        let (_folder, file) = folder();
        fs::write(&file, text).unwrap();
        assert!(matches!(refused(&file), OpenError::Foreign { .. }), "{text}");
    }
}

#[test]
fn another_layout_is_left_alone() {
    for layout in [0, 3, 99] {
        let (_folder, file) = folder();
        drop(opened(&file).unwrap());
        let other = Connection::open(&file).unwrap();
        other.pragma_update(None, "user_version", layout).unwrap();
        drop(other);
        let error = refused(&file);
        assert!(matches!(error, OpenError::Version { found, .. } if found == layout), "{error}");
        assert!(error.to_string().contains(&format!("layout {layout}")), "{error}");
    }
}

#[test]
fn a_file_of_the_first_layout_is_brought_up() {
    let (_folder, file) = folder();
    let old = Connection::open(&file).unwrap();
    old.execute_batch(include_str!("layout-1.sql")).unwrap();
    old.pragma_update(None, "application_id", 0x4d6f_6e62).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    for (severity, open) in [("HIGH", true), ("CRITICAL", true), ("LOW", false)] {
        let body = include_str!("alert.json").replace("SEVERITY", severity);
        let body = if open { body } else { body.replace(OPEN, RESOLVED) };
        let sql = "INSERT INTO alert (id, version, open, body) VALUES (?1, 1, ?2, ?3)";
        old.execute(sql, (format!("a-{severity}"), open, body)).unwrap();
    }
    drop(old);
    for _ in 0..2 {
        let (store, _) = opened(&file).unwrap();
        let open = wait(store.open_alerts(&AccountId::new("111122223333"), 10)).unwrap();
        let severities: Vec<Severity> = open.iter().map(|brief| brief.severity).collect();
        assert_eq!(severities, [Severity::Critical, Severity::High]);
    }
}

#[test]
fn a_damaged_file_is_said_to_be_damaged() {
    let (_folder, file) = folder();
    drop(opened(&file).unwrap());
    let mut bytes = fs::read(&file).unwrap();
    let pages = bytes.len() / 4096;
    assert!(pages > 4);
    // The head stays: it is still recognised as ours.
    for page in 2..pages {
        bytes[page * 4096..page * 4096 + 512].fill(0x5a);
    }
    fs::write(&file, &bytes).unwrap();
    let Err(error) = opened(&file) else { panic!("it was opened") };
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("Restore it from a copy"), "{error}");
    assert_eq!(fs::read(&file).unwrap(), bytes, "nothing was changed");
}

#[test]
fn a_file_has_one_user() {
    let (_folder, file) = folder();
    let first = opened(&file).unwrap();
    let Err(error) = opened(&file) else { panic!("opened twice") };
    assert!(matches!(error, OpenError::InUse { .. }), "{error}");
    drop(first);
    drop(opened(&file).unwrap());
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let (folder, _) = folder();
    let plain = folder.path().join("plain");
    fs::write(&plain, "a file").unwrap();
    let below = plain.join("monban.db");
    let Err(error) = opened(&below) else { panic!("opened below a file") };
    assert!(matches!(error, OpenError::Unusable { .. }), "{error}");
    assert!(error.to_string().starts_with(below.to_str().unwrap()), "{error}");

    let locked = folder.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, Permissions::from_mode(0o555)).unwrap();
    if fs::write(locked.join("probe"), "").is_ok() {
        println!("skipped: this user may write everywhere");
        return;
    }
    let file = locked.join("monban.db");
    let Err(error) = opened(&file) else { panic!("opened in a locked folder") };
    assert!(matches!(error, OpenError::Unusable { .. }), "{error}");
}
