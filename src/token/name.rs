//! The name of a token: what a person calls it. Any script, inner spaces allowed, one spelling for each (NFC),
//! and nothing in it that could disguise it on a screen or be taken for an option or an id.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::secret;

/// Longest name, in characters (Unicode scalar values) after normalisation.
pub const LONGEST: usize = 100;

/// A checked name in Unicode Normalization Form C (UAX #15).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

/// Why a text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    #[error("a name cannot be empty")]
    Empty,
    #[error("a name has at most {LONGEST} characters")]
    TooLong,
    #[error("a name cannot begin with `-`, it would be taken for an option")]
    LeadingDash,
    #[error("a name cannot begin or end with a blank")]
    OuterBlank,
    #[error("a name cannot hold control characters or line breaks")]
    Control,
    #[error("a name cannot hold characters that reorder text")]
    Reordering,
    #[error("a name cannot hold characters that nobody can see")]
    Invisible,
    #[error("a name cannot look like the id of a token (`…_` and 12 letters or digits)")]
    LikeAnId,
    #[error("a name cannot look like a secret")]
    LikeASecret,
}

impl Name {
    /// Checks and normalises.
    ///
    /// # Errors
    /// [`BadName`] says which rule the text breaks.
    pub fn parse(text: &str) -> Result<Name, BadName> {
        let name = normalised(text);
        let first = name.chars().next().ok_or(BadName::Empty)?;
        let last = name.chars().next_back().unwrap_or(first);
        if name.chars().count() > LONGEST {
            return Err(BadName::TooLong);
        }
        if name.chars().any(breaks_lines) {
            return Err(BadName::Control);
        }
        if name.chars().any(reorders) {
            return Err(BadName::Reordering);
        }
        if name.chars().any(hides) {
            return Err(BadName::Invisible);
        }
        if first.is_whitespace() || last.is_whitespace() {
            return Err(BadName::OuterBlank);
        }
        if first == '-' {
            return Err(BadName::LeadingDash);
        }
        if secret::Id::parse(&name).is_ok() {
            return Err(BadName::LikeAnId);
        }
        if secret::holds_secret(name.as_bytes()) {
            return Err(BadName::LikeASecret);
        }
        Ok(Name(name))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Characters that show nothing and join nothing (most of `Default_Ignorable_Code_Point`, UAX #44). The joiners and
/// the variation selectors are not among them: scripts and emoji need those.
fn hides(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'
        | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
}

impl std::str::FromStr for Name {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Name, BadName> {
        Name::parse(text)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The one spelling of a text: NFC.
pub fn normalised(text: &str) -> String {
    // Most names are ASCII, which is NFC as it stands.
    if text.is_ascii() { text.to_owned() } else { text.nfc().collect() }
}

/// Whether a text can stand where one line is shown: an owner, the value of a label. 1 to [`LONGEST`] characters, none
/// of them invisible, no blank at the ends, and not a secret in the wrong place.
pub fn is_plain_line(text: &str) -> bool {
    let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
    !blank(text.chars().next())
        && !blank(text.chars().next_back())
        && text.chars().count() <= LONGEST
        && !text.chars().any(|c| breaks_lines(c) || reorders(c) || hides(c))
        && !secret::holds_secret(text.as_bytes())
}

/// Who a token belongs to, in its one spelling.
///
/// # Errors
/// [`BadOwner`] tells the whole rule.
pub fn parse_owner(text: &str) -> Result<String, BadOwner> {
    let owner = normalised(text);
    if is_plain_line(&owner) { Ok(owner) } else { Err(BadOwner) }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an owner is 1 to {LONGEST} visible characters on one line, with no blank at its ends")]
pub struct BadOwner;

/// Control characters (C0, DEL, C1) and the two separators of Unicode that end a line or paragraph.
pub fn breaks_lines(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// The characters with the property `Bidi_Control` (UAX #9).
pub fn reorders(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The up to three names nearest to `wanted`, best first: those that differ in few letters from it, or begin with
/// something that does.
pub fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let wanted = wanted.to_lowercase();
    let length = wanted.chars().count();
    let allowed = match length {
        0..=2 => 0,
        3..=5 => 1,
        _ => length.div_ceil(3),
    };
    let mut found: Vec<(usize, String)> = Vec::new();
    for name in names {
        let folded = name.to_lowercase();
        let beginning: String = folded.chars().take(length).collect();
        // Where the lengths alone say that it is too many, nobody need count.
        let near = folded.chars().count() <= length + allowed;
        let whole = near.then(|| strsim::osa_distance(&wanted, &folded));
        // A beginning is a weaker sign than a whole name.
        let begun = strsim::osa_distance(&wanted, &beginning) + 1;
        if let Some(distance) = whole.into_iter().chain([begun]).min().filter(|distance| *distance <= allowed) {
            found.push((distance, name.to_owned()));
            // Only three are wanted, whatever the size of the vault.
            if found.len() > 64 {
                found.sort();
                found.truncate(3);
            }
        }
    }
    found.sort();
    found.truncate(3);
    found.into_iter().map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_name_things_in_any_script() {
        for good in ["a", "Admin api key", "ключ", "鍵", "web.upload/eu:1", "x_y", "naïve", "a\u{200d}b"] {
            assert_eq!(Name::parse(good).unwrap().as_str(), good);
        }
        assert_eq!(Name::parse("nai\u{308}ve").unwrap().as_str(), "naïve");
        assert!(Name::parse(&"é".repeat(100)).is_ok());
        assert!(Name::parse(&"e\u{301}".repeat(100)).is_ok());
    }

    #[test]
    fn each_rule_has_its_reason() {
        for (bad, why) in [
            ("", BadName::Empty),
            (" a", BadName::OuterBlank),
            ("a\u{a0}", BadName::OuterBlank),
            ("-a", BadName::LeadingDash),
            ("a\nb", BadName::Control),
            ("a\u{9b}b", BadName::Control),
            ("a\u{2028}b", BadName::Control),
            ("a\u{202e}b", BadName::Reordering),
            ("a\u{200b}", BadName::Invisible),
            ("\u{3164}", BadName::Invisible),
            ("jtn_4fzN0c1Qw9Lk", BadName::LikeAnId),
            ("my_prefix_4fzN0c1Qw9Lk", BadName::LikeAnId),
        ] {
            assert_eq!(Name::parse(bad), Err(why), "{bad:?}");
        }
        assert_eq!(Name::parse(&"x".repeat(101)), Err(BadName::TooLong));
        assert_eq!(Name::parse(&format!("jtn_{}", "s".repeat(61))), Err(BadName::LikeASecret));
    }

    #[test]
    fn a_misspelt_name_finds_its_neighbours() {
        let names = ["web-upload", "web-upload-2", "deploy", "Admin api key"];
        assert_eq!(nearest("web-uplaod", names.into_iter())[0], "web-upload");
        assert_eq!(nearest("admin", names.into_iter()), ["Admin api key"]);
        assert_eq!(nearest("web-uplod", names.into_iter()), ["web-upload", "web-upload-2"]);
        assert_eq!(nearest("my-fist", ["my-first-token"].into_iter()), ["my-first-token"]);
        assert!(nearest("zzzzzz", names.into_iter()).is_empty());
    }
}
