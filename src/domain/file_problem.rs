//! What is wrong with a file that a person wrote for us.

/// One problem of an owner map or a config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblem {
    /// Where, such as `companies[1].accounts[0].id`.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub mend: String,
}

impl std::fmt::Display for FileProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}. {}", self.key, self.what, self.mend)
    }
}
