//! The five levels everything is measured on.

use serde::{Deserialize, Serialize};

/// How bad a problem is. Ordered: `Critical` is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    /// 情報
    Informational,
    /// 低
    Low,
    /// 中
    Medium,
    /// 高
    High,
    /// 重大
    Critical,
}

impl Severity {
    /// Every level, least first.
    pub const ALL: [Self; 5] =
        [Self::Informational, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// AWS's own word, as in ASFF `Severity.Label`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Informational => "INFORMATIONAL",
            Self::Low => "LOW",
            Self::Medium => "MEDIUM",
            Self::High => "HIGH",
            Self::Critical => "CRITICAL",
        }
    }

    /// Reads AWS's word in any case.
    pub fn from_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str().eq_ignore_ascii_case(label))
    }

    /// Security Hub's normalised score, 0 to 100.
    pub const fn from_normalized(score: u32) -> Self {
        match score {
            0 => Self::Informational,
            1..=39 => Self::Low,
            40..=69 => Self::Medium,
            70..=89 => Self::High,
            _ => Self::Critical,
        }
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Severity;

    #[test]
    fn bands_of_the_normalised_score() {
        for (score, level) in [
            (0, Severity::Informational),
            (1, Severity::Low),
            (39, Severity::Low),
            (40, Severity::Medium),
            (69, Severity::Medium),
            (70, Severity::High),
            (89, Severity::High),
            (90, Severity::Critical),
            (100, Severity::Critical),
        ] {
            assert_eq!(Severity::from_normalized(score), level, "{score}");
        }
    }

    #[test]
    fn labels_read_back() {
        for level in Severity::ALL {
            assert_eq!(Severity::from_label(level.as_str()), Some(level));
        }
        assert_eq!(Severity::from_label("critical"), Some(Severity::Critical));
        assert_eq!(Severity::from_label("UNTRIAGED"), None);
    }
}
