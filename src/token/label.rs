//! Labels: free key-value pairs, one value for each key. `project=web,shop` is a set: a token with it belongs to both,
//! and either may be asked for. `project=*` stands for every project.

use std::collections::BTreeMap;
use std::fmt;

use super::name;

/// Longest key, in characters.
const LONGEST_KEY: usize = 63;
/// Longest set, in characters: a token may be for many projects.
const LONGEST_SET: usize = 4096;
/// Every value of a key.
const ANY: &str = "*";

/// The label that holds the public half of a key from a service whose keys come in pairs, by which its clients go on
/// using it.
pub const PUBLIC_HALF: &str = "api_key";

/// The labels of a token, by key.
pub type Labels = BTreeMap<String, String>;

/// One label, given to a token or asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub key: String,
    pub value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadLabel {
    #[error("a label is written KEY=VALUE, as in env=production")]
    NoValue,
    #[error("the key of a label is 1 to {LONGEST_KEY} letters, digits, `_`, `.`, `:`, `/` or `-`")]
    Key,
    #[error(
        "the value of a label, and of each in a set, is 1 to {} visible characters with no blank at its ends",
        name::LONGEST
    )]
    Value,
}

impl Label {
    /// Reads `key=value`.
    ///
    /// # Errors
    /// [`BadLabel`] says which rule the text breaks.
    pub fn parse(text: &str) -> Result<Label, BadLabel> {
        let (key, value) = text.split_once('=').ok_or(BadLabel::NoValue)?;
        Label::new(key, value)
    }

    /// # Errors
    /// [`BadLabel`] says which rule the key or the value breaks.
    pub fn new(key: &str, value: &str) -> Result<Label, BadLabel> {
        let key = Label::key(key)?;
        let value = name::normalised(value);
        if value.chars().count() > LONGEST_SET || !value.split(',').all(name::is_plain_line) {
            return Err(BadLabel::Value);
        }
        Ok(Label { key, value })
    }

    /// A key alone.
    ///
    /// # Errors
    /// [`BadLabel::Key`]
    pub fn key(text: &str) -> Result<String, BadLabel> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"_.:/-".contains(&b);
        let good = (1..=LONGEST_KEY).contains(&text.len()) && text.bytes().all(plain);
        if good { Ok(text.to_owned()) } else { Err(BadLabel::Key) }
    }

    /// Whether a token with these labels has it: one of the values that are asked for is among those of the key.
    pub fn is_among(&self, labels: &Labels) -> bool {
        let Some(held) = labels.get(&self.key) else { return false };
        let asked = |value: &str| self.value.split(',').any(|wanted| wanted == value);
        held.split(',').any(|value| value == ANY || asked(value))
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.key, self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_answers_to_each_of_its_values() {
        let labels = Labels::from([("project".into(), "web,shop".into()), ("region".into(), "*".into())]);
        for (asked, among) in [
            ("project=web", true),
            ("project=shop", true),
            ("project=shop,bank", true),
            ("project=bank", false),
            ("project=we", false),
            ("region=eu", true),
            ("env=web", false),
            ("project=*", false),
        ] {
            assert_eq!(Label::parse(asked).unwrap().is_among(&labels), among, "{asked}");
        }
    }

    #[test]
    fn labels_are_one_visible_line() {
        for good in ["env=production", "app.io/team=Büro 3", "a=b=c", "project=web,shop"] {
            assert_eq!(Label::parse(good).unwrap().to_string(), good);
        }
        for (bad, why) in [
            ("env", BadLabel::NoValue),
            ("=x", BadLabel::Key),
            ("a b=x", BadLabel::Key),
            ("env=", BadLabel::Value),
            ("env=a,,b", BadLabel::Value),
            ("env=a, b", BadLabel::Value),
            ("env=a\nb", BadLabel::Value),
            (&format!("env=a,{}", "x".repeat(101)), BadLabel::Value),
            (&format!("env={}a", "a,".repeat(2048)), BadLabel::Value),
        ] {
            assert_eq!(Label::parse(bad), Err(why), "{bad:?}");
        }
        assert!(Label::parse(&format!("env={}a", "a,".repeat(2047))).is_ok());
    }
}
