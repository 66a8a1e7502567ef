//! The secret string, its public id and its prefix: form and check, no randomness and no vault.
//!
//! ```text
//! jtn_4fzN0c1Qw9Lk<43 characters><6 characters>
//! ^prefix  ^12        ^secret        ^check
//! ```
//!
//! It is read by position from the right, because a prefix may itself hold `_`. The check is CRC-32/ISO-HDLC (the one
//! of zlib and PNG) over everything before it, as a number in base62. It finds typing errors; it authenticates
//! nothing.

use std::fmt;

use zeroize::Zeroizing;

/// `0-9A-Za-z`: a double click selects all of it, and no shell, URL or YAML needs it escaped.
pub const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Characters of the public part of an id, after `prefix_`.
pub const ID_LEN: usize = 12;
/// Characters of the secret part: 43 uniform base62 characters carry 256 bits.
pub const BODY_LEN: usize = 43;
/// Characters of the check: 62^6 > 2^32.
pub const CHECK_LEN: usize = 6;
/// Everything after `prefix_`.
pub const TAIL_LEN: usize = ID_LEN + BODY_LEN + CHECK_LEN;
/// So many characters of a secret without its prefix are too many to be repeated.
const TELLING: usize = 40;
/// Shortest and longest secret of any origin, in characters.
pub const SHORTEST: usize = 16;
pub const LONGEST: usize = 512;
const LONGEST_PREFIX: usize = 20;

/// What a client presents. It cannot be printed: no `Display`, a masked `Debug`, wiped when dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

/// The presented text has not the form of a secret, or its check is wrong. It says no more, so that no part
/// of a secret can leak into a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a secret: its form or its check is wrong")]
pub struct Malformed;

impl Secret {
    /// Joins the parts and computes the check. `id_part` and `body` are base62 of [`ID_LEN`] and [`BODY_LEN`].
    pub fn assemble(id: &Id, body: &str) -> Secret {
        debug_assert_eq!(body.len(), BODY_LEN);
        let mut text = Zeroizing::new(String::with_capacity(id.0.len() + BODY_LEN + CHECK_LEN));
        text.push_str(&id.0);
        text.push_str(body);
        let check = check(text.as_bytes());
        text.push_str(std::str::from_utf8(&check).unwrap_or_default());
        Secret(text)
    }

    /// Reads what was presented; one trailing newline (also `\r\n`) is not part of it.
    ///
    /// # Errors
    /// [`Malformed`] if it is not 16 to 512 printable ASCII characters without blanks, or has the form
    /// `prefix_` + 61 base62 characters with a wrong check.
    pub fn parse(presented: &[u8]) -> Result<Secret, Malformed> {
        let bytes = trim_newline(presented);
        if !(SHORTEST..=LONGEST).contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_graphic) {
            return Err(Malformed);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| Malformed)?;
        if resembles_secret(text) {
            let (before, given) = bytes.split_at(bytes.len() - CHECK_LEN);
            if check(before) != given {
                return Err(Malformed);
            }
        }
        Ok(Secret(Zeroizing::new(text.to_owned())))
    }

    /// The public id in it, if it is of jeton's own making.
    pub fn id(&self) -> Option<Id> {
        if !resembles_secret(&self.0) {
            return None;
        }
        Id::parse(&self.0[..self.0.len() - BODY_LEN - CHECK_LEN]).ok()
    }

    /// The string itself. Every use of this word in the code is a place where a secret is in the clear.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// Whether `text` has the form of a secret of jeton's own making, right or wrong in its check.
pub fn resembles_secret(text: &str) -> bool {
    let Some(split) = text.len().checked_sub(TAIL_LEN + 1) else { return false };
    let bytes = text.as_bytes();
    bytes[split] == b'_'
        && bytes[split + 1..].iter().all(u8::is_ascii_alphanumeric)
        && Prefix::parse(&text[..split]).is_ok()
}

/// Whether a secret or most of one stands anywhere in an argument, so that it can be refused before it is echoed. One
/// mistyped letter does not make the rest public, and the check follows from what stands before it; so a `_` with
/// forty letters or digits behind it is enough, unless they are a hash in hexadecimal.
pub fn holds_secret(argument: &[u8]) -> bool {
    let words = argument.split(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'));
    words.flat_map(|word| word.split(|byte| *byte == b'_').skip(1)).any(|tail| {
        let hash = |letters: fn(&u8) -> bool| tail.iter().all(|byte| byte.is_ascii_digit() || letters(byte));
        tail.len() >= TELLING
            && !hash(|byte| (b'a'..=b'f').contains(byte))
            && !hash(|byte| (b'A'..=b'F').contains(byte))
    })
}

/// One trailing newline, as `echo` and editors leave it, is not part of a secret. A carriage return alone is none.
pub fn trim_newline(bytes: &[u8]) -> &[u8] {
    bytes.strip_suffix(b"\r\n").or(bytes.strip_suffix(b"\n")).unwrap_or(bytes)
}

/// CRC-32/ISO-HDLC of `bytes` in base62, most significant digit first, padded with `0`.
fn check(bytes: &[u8]) -> [u8; CHECK_LEN] {
    let mut rest = crc32fast::hash(bytes);
    let mut digits = [b'0'; CHECK_LEN];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62[(rest % 62) as usize];
        rest /= 62;
    }
    digits
}

/// What stands before the last `_`: `jtn`, `acme_live`. 1 to 20 ASCII letters, digits and inner `_`,
/// beginning with a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a prefix has 1 to {LONGEST_PREFIX} ASCII letters, digits and inner `_`, and begins with a letter")]
pub struct BadPrefix;

impl Prefix {
    /// # Errors
    /// [`BadPrefix`] tells the whole rule.
    pub fn parse(text: &str) -> Result<Prefix, BadPrefix> {
        let bytes = text.as_bytes();
        let good = (1..=LONGEST_PREFIX).contains(&bytes.len())
            && bytes[0].is_ascii_alphabetic()
            && bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
            && bytes.last() != Some(&b'_');
        if good { Ok(Prefix(text.to_owned())) } else { Err(BadPrefix) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Prefix {
    fn default() -> Self {
        Prefix("jtn".to_owned())
    }
}

/// The public id, `prefix_` and 12 base62 characters. Logs and lists may hold it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the id of a token")]
pub struct BadId;

impl Id {
    /// Joins a prefix and [`ID_LEN`] base62 characters.
    pub fn assemble(prefix: &Prefix, part: &str) -> Id {
        debug_assert_eq!(part.len(), ID_LEN);
        Id(format!("{}_{part}", prefix.0))
    }

    pub fn prefix(&self) -> Prefix {
        Prefix(self.0[..self.0.len() - ID_LEN - 1].to_owned())
    }

    /// Whether it stands under this prefix.
    pub fn begins_with(&self, prefix: &Prefix) -> bool {
        self.0.len() == prefix.0.len() + 1 + ID_LEN && self.0.starts_with(&prefix.0)
    }

    /// # Errors
    /// [`BadId`] if the text has not the form of an id.
    pub fn parse(text: &str) -> Result<Id, BadId> {
        let split = text.len().checked_sub(ID_LEN + 1).ok_or(BadId)?;
        let bytes = text.as_bytes();
        let good = bytes[split] == b'_'
            && bytes[split + 1..].iter().all(u8::is_ascii_alphanumeric)
            && Prefix::parse(&text[..split]).is_ok();
        if good { Ok(Id(text.to_owned())) } else { Err(BadId) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// SHA-256 of a whole secret string: how the vault finds a token without keeping its secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a digest is 64 hexadecimal digits")]
pub struct BadDigest;

impl Digest {
    /// Reads 64 hexadecimal digits, also behind `sha256:`.
    ///
    /// # Errors
    /// [`BadDigest`] tells the whole rule.
    pub fn parse(text: &str) -> Result<Digest, BadDigest> {
        let hex = match text.split_at_checked(7) {
            Some((word, hex)) if word.eq_ignore_ascii_case("sha256:") => hex,
            _ => text,
        };
        let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
        let mut digest = [0; 32];
        let (pairs, odd) = hex.as_bytes().as_chunks::<2>();
        if pairs.len() != digest.len() || !odd.is_empty() {
            return Err(BadDigest);
        }
        for (byte, [high, low]) in digest.iter_mut().zip(pairs) {
            *byte = value(*high).zip(value(*low)).map(|(high, low)| high << 4 | low).ok_or(BadDigest)?;
        }
        Ok(Digest(digest))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut hex = [0; 64];
        for (pair, byte) in hex.as_chunks_mut::<2>().0.iter_mut().zip(self.0) {
            *pair = [byte >> 4, byte & 15].map(|digit| b"0123456789abcdef"[usize::from(digit)]);
        }
        f.write_str(std::str::from_utf8(&hex).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn secret(prefix: &str, id: &str, body: &str) -> Secret {
        Secret::assemble(&Id::assemble(&Prefix::parse(prefix).unwrap(), id), body)
    }

    #[test]
    fn a_known_secret_has_a_known_check() {
        // CRC-32/ISO-HDLC's own check value: crc("123456789") = 0xcbf43926 = 3421780262.
        assert_eq!(&check(b"123456789"), b"3jZRME");
        assert_eq!(&check(b""), b"000000");
    }

    #[test]
    fn a_secret_of_jetons_knows_its_id() {
        assert_eq!(secret("a_b", "4fzN0c1Qw9Lk", &"s".repeat(43)).id(), Id::parse("a_b_4fzN0c1Qw9Lk").ok());
        assert_eq!(Secret::parse(b"sk-0123456789abcdef").unwrap().id(), None);
    }

    #[test]
    fn a_digest_reads_as_it_is_written() {
        let digest = Digest(std::array::from_fn(|at| at as u8 * 7));
        let text = digest.to_string();
        for good in [text.clone(), text.to_uppercase(), format!("sha256:{text}"), format!("SHA256:{text}")] {
            assert_eq!(Digest::parse(&good), Ok(digest), "{good}");
        }
        for bad in ["", "sha256:", &text[1..], &format!("{text}0"), &text.replace('0', "g"), &"é".repeat(32)] {
            assert_eq!(Digest::parse(bad), Err(BadDigest), "{bad}");
        }
    }

    #[test]
    fn debug_shows_nothing() {
        let secret = secret("jtn", "4fzN0c1Qw9Lk", &"s".repeat(43));
        assert_eq!(format!("{secret:?}"), "Secret(***)");
    }

    #[test]
    fn foreign_secrets_need_only_be_printable() {
        assert!(Secret::parse(b"sk-0123456789abcdef").is_ok());
        assert!(Secret::parse(&[b'x'; 16]).is_ok());
        assert!(Secret::parse(&[b'x'; 512]).is_ok());
        for bad in
            [&b"short"[..], &[b'x'; 15], &[b'x'; 513], b"with a blank in it", b"tab\tin the middle", &[0xc3; 20], b""]
        {
            assert_eq!(Secret::parse(bad).unwrap_err(), Malformed);
        }
    }

    #[test]
    fn one_newline_is_not_part_of_it() {
        let good = secret("jtn", "4fzN0c1Qw9Lk", &"s".repeat(43));
        for end in ["", "\n", "\r\n"] {
            let given = format!("{}{end}", good.expose());
            assert_eq!(Secret::parse(given.as_bytes()).unwrap().expose(), good.expose());
        }
        for more in ["\n\n", "\r", "\r\r\n", "\n\r"] {
            assert!(Secret::parse(format!("{}{more}", good.expose()).as_bytes()).is_err(), "{more:?}");
        }
    }

    #[test]
    fn arguments_that_hold_secrets_are_seen_wherever_they_stand() {
        let text = secret("acme_live", "4fzN0c1Qw9Lk", &"s".repeat(43)).expose().to_owned();
        for argument in
            [text.clone(), format!("--name={text}"), format!("-p{text}"), format!("a {text} b"), format!("x={text},y")]
        {
            assert!(holds_secret(argument.as_bytes()), "{argument}");
        }
        let mut mistyped = text.clone();
        mistyped.replace_range(text.len() - 1.., if text.ends_with('a') { "b" } else { "a" });
        assert!(holds_secret(mistyped.as_bytes()));
        // Its check can be computed from the rest.
        for cut in [text.len() - 1, text.len() - 6, text.len() - 20] {
            assert!(holds_secret(&text.as_bytes()[..cut]));
        }
        let hash = format!("ci_{}", "0123456789abcdef".repeat(4));
        for harmless in
            [hash.as_str(), "jtn_4fzN0c1Qw9Lk", "web-upload", "--expires=90d", "", &"a".repeat(200), &"_a".repeat(90)]
        {
            assert!(!holds_secret(harmless.as_bytes()), "{harmless}");
        }
    }

    proptest! {
        #[test]
        fn what_is_assembled_parses(prefix in "[a-z][a-z0-9_]{0,18}[a-z0-9]", id in "[0-9A-Za-z]{12}", body in "[0-9A-Za-z]{43}") {
            let made = secret(&prefix, &id, &body);
            let read = Secret::parse(made.expose().as_bytes()).unwrap();
            prop_assert_eq!(read.expose(), made.expose());
            prop_assert!(resembles_secret(made.expose()));
            prop_assert!(holds_secret(made.expose().as_bytes()));
        }

        #[test]
        fn any_change_in_the_last_61_is_malformed(body in "[0-9A-Za-z]{43}", at in 0..TAIL_LEN, to in 0..62usize) {
            let made = secret("jtn", "4fzN0c1Qw9Lk", &body);
            let mut bytes = made.expose().as_bytes().to_vec();
            let at = bytes.len() - TAIL_LEN + at;
            prop_assume!(bytes[at] != BASE62[to]);
            bytes[at] = BASE62[to];
            prop_assert!(Secret::parse(&bytes).is_err());
        }

        /// A swap across the border changes the check and what is checked; a check begins with `0` to `4`.
        #[test]
        fn a_swap_across_the_border_of_the_check_is_malformed(body in "[0-9A-Za-z]{42}", last in "[0-4]") {
            let made = secret("jtn", "4fzN0c1Qw9Lk", &(body + &last));
            let mut bytes = made.expose().as_bytes().to_vec();
            let at = bytes.len() - CHECK_LEN;
            prop_assume!(bytes[at - 1] != bytes[at]);
            bytes.swap(at - 1, at);
            prop_assert!(Secret::parse(&bytes).is_err());
        }

        #[test]
        fn any_swap_of_neighbours_in_the_last_61_is_malformed(body in "[0-9A-Za-z]{43}", at in 0..TAIL_LEN - 1) {
            let made = secret("jtn", "4fzN0c1Qw9Lk", &body);
            let mut bytes = made.expose().as_bytes().to_vec();
            let at = bytes.len() - TAIL_LEN + at;
            prop_assume!(bytes[at] != bytes[at + 1]);
            bytes.swap(at, at + 1);
            prop_assert!(Secret::parse(&bytes).is_err());
        }
    }
}
