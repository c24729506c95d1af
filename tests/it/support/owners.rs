//! Owner maps made from the sample.

use std::{path::Path, sync::LazyLock};

use tempfile::TempDir;

/// The sample.
pub const SAMPLE: &str = include_str!("../../../deploy/sample/owners.yaml");

/// The sample as a file in which accounts without owner are told of one by one.
pub fn told_in_full() -> &'static str {
    static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        let ccoe = "ccoe:\n";
        assert!(SAMPLE.contains(ccoe));
        let map = SAMPLE.replace(ccoe, "ccoe:\n  unknown_accounts: live\n");
        std::fs::write(folder.path().join("owners.yaml"), map).unwrap();
        folder
    });
    static FILE: LazyLock<String> = LazyLock::new(|| path(&FOLDER.path().join("owners.yaml")));
    &FILE
}

fn path(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}
