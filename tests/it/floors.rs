//! The plan of the house, read from its own source: which floor imports what, which library
//! lives where, which floors are pure, and how long files are.

mod rules;
mod snippets;
mod source;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Every Rust file below a folder of the project: its path below that folder, and its text.
fn sources(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let below = path.strip_prefix(&root).unwrap();
                let parts: Vec<_> = below.iter().map(|part| part.to_str().unwrap()).collect();
                found.push((parts.join("/"), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn no_floor_is_broken() {
    let files = sources("src");
    assert!(files.len() > 50, "the house has more files than {}", files.len());
    let wrong: Vec<String> =
        files.iter().flat_map(|(file, source)| rules::check(file, source)).collect();
    assert_eq!(wrong, Vec::<String>::new(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn tests_keep_the_style_too() {
    let files = sources("tests");
    assert!(files.iter().any(|(file, _)| file == "it/floors.rs"));
    let wrong: Vec<String> =
        files.iter().flat_map(|(file, source)| rules::check_test(file, source)).collect();
    assert_eq!(wrong, Vec::<String>::new(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn files_are_short() {
    let mut lines: Vec<usize> =
        sources("src").iter().map(|(_, source)| source.lines().count()).collect();
    lines.sort_unstable();
    let median = lines[lines.len() / 2];
    assert!(median < 150, "the median file has {median} lines");
}
