//! How hard a secret of somebody else's making is to guess: a fair estimate in bits. A vault keeps a plain digest of
//! it, which is enough for random secrets and not for what a person has thought up.
//!
//! Every character counts as one of those that the secret seems to be drawn from; runs, sequences and what stands there
//! twice count little, and so do words where most of the secret is made of them. A few rules and no dictionary: that
//! would be larger than the rest of jeton.

use super::secret::{self, Secret};

/// What has fewer bits is weak: it can be guessed from its digest.
pub const ENOUGH: u32 = 80;

/// A word of a passphrase, in bits; such lists hold some 2,000 words.
const WORD: f64 = 11.0;
/// What each letter adds to a word that is longer than most.
const LETTER: f64 = 1.76;
const LONG_WORD: usize = 8;
/// A run or a sequence, beside its length: where it begins, and which way it goes.
const PATTERN: f64 = 7.0;
/// The rows of a keyboard; digits and letters in their order are found by their codes.
const ROWS: [&[u8]; 4] = [b"qwertyuiop", b"asdfghjkl", b"zxcvbnm", b"1234567890"];

/// The letters that often follow each letter in words, `a` first; as bits, which need no memory of their own.
const FOLLOWERS: [u32; 26] = {
    let often = [
        "bcdgiklmnprstuvy",
        "aeiloru",
        "aehiklortu",
        "aeioru",
        "acdefgilmnprstvx",
        "aefioru",
        "aeinor",
        "aeio",
        "abcdefglmnoprstvz",
        "",
        "aei",
        "adeilostuy",
        "aeimopu",
        "acdefginostu",
        "cdglmnoprstuvw",
        "aehiloprt",
        "u",
        "acdegilmnorstuy",
        "acehiopstuw",
        "aehiorstuy",
        "abceilmnprst",
        "aei",
        "aeio",
        "",
        "p",
        "e",
    ];
    let mut followers = [0; 26];
    let mut letter = 0;
    while letter < often.len() {
        let mut at = 0;
        while at < often[letter].len() {
            followers[letter] |= 1 << (often[letter].as_bytes()[at] - b'a');
            at += 1;
        }
        letter += 1;
    }
    followers
};

/// What a stretch of a secret looks like.
#[derive(Clone, Copy, PartialEq)]
enum Look {
    Random,
    Word,
    /// What stands beside a word.
    Separator,
    /// A run, a sequence, or a repetition.
    Pattern,
}

struct Stretch {
    length: usize,
    look: Look,
    bits: f64,
}

impl Secret {
    /// An estimate in bits, rounded down; `None` for jeton's own, which have 256.
    pub fn strength(&self) -> Option<u32> {
        let text = self.expose();
        if secret::resembles_secret(text) { None } else { Some(bits(text)) }
    }
}

fn bits(text: &str) -> u32 {
    let text = text.as_bytes();
    let each = each(text);
    let stretches = stretches(text);
    let random: usize = stretches.iter().filter(|part| part.look == Look::Random).map(|part| part.length).sum();
    // A few letters of a random secret may well look like a word.
    let made_of_words = 3 * random <= text.len();
    let bits = |part: &Stretch| {
        let random = part.length as f64 * each;
        match part.look {
            Look::Pattern => part.bits.min(random),
            Look::Word | Look::Separator if made_of_words => part.bits.min(random),
            Look::Word | Look::Separator | Look::Random => random,
        }
    };
    stretches.iter().map(bits).sum::<f64>() as u32
}

/// The bits of one character, if it is drawn from all that are of its kinds.
fn each(text: &[u8]) -> f64 {
    let any = |kind: fn(&u8) -> bool| text.iter().any(kind);
    let grouped = |byte: &u8| b"-_:.".contains(byte);
    let hex =
        |letters: fn(&u8) -> bool| text.iter().all(|byte| byte.is_ascii_digit() || letters(byte) || grouped(byte));
    if hex(|byte| (b'a'..=b'f').contains(byte)) || hex(|byte| (b'A'..=b'F').contains(byte)) {
        let digits = text.iter().filter(|byte| !grouped(byte)).count();
        let of = if any(u8::is_ascii_alphabetic) { 16.0f64 } else { 10.0 };
        // What separates groups of digits tells nothing.
        return of.log2() * digits as f64 / text.len() as f64;
    }
    let mut marks: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_alphanumeric()).collect();
    marks.sort_unstable();
    marks.dedup();
    let letters = [any(u8::is_ascii_lowercase), any(u8::is_ascii_uppercase)].map(|there| if there { 26 } else { 0 });
    let digits = if any(u8::is_ascii_digit) { 10 } else { 0 };
    // Two are those of an alphabet such as base64; more are any.
    let marks = if marks.len() > 2 { 32 } else { marks.len() };
    f64::from(u32::try_from(letters[0] + letters[1] + digits + marks).unwrap_or(94).max(2)).log2()
}

/// Cuts a secret into what looks alike, the longest first at every place.
fn stretches(text: &[u8]) -> Vec<Stretch> {
    let mut parts = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let part = [run(text, at), repetition(text, at), word(text, at)]
            .into_iter()
            .flatten()
            .max_by_key(|part| part.length)
            .unwrap_or(Stretch { length: 1, look: Look::Random, bits: 0.0 });
        let mark = part.look == Look::Random && !text[at].is_ascii_alphanumeric();
        at += part.length;
        let beside = |part: Option<&Stretch>| part.is_some_and(|part| part.look == Look::Word);
        let part = if mark && (beside(parts.last()) || word(text, at).is_some()) {
            Stretch { length: 1, look: Look::Separator, bits: 1.0 }
        } else {
            part
        };
        parts.push(part);
    }
    parts
}

/// `aaaa`, `4567`, `dcba`, `wert`: four and more, since three are chance.
fn run(text: &[u8], at: usize) -> Option<Stretch> {
    let step = |from: u8, to: u8| -> Option<i16> {
        let alike =
            from.is_ascii_digit() == to.is_ascii_digit() && from.is_ascii_alphabetic() == to.is_ascii_alphabetic();
        let by = i16::from(to) - i16::from(from);
        (alike && by.abs() <= 1).then_some(by)
    };
    let by_code = |step_of: &dyn Fn(u8, u8) -> Option<i16>| {
        let first = step_of(*text.get(at)?, *text.get(at + 1)?)?;
        let more = text[at..].windows(2).take_while(|pair| step_of(pair[0], pair[1]) == Some(first)).count();
        Some(more + 1)
    };
    let on_a_row = |from: u8, to: u8| -> Option<i16> {
        ROWS.iter().find_map(|row| {
            let place = |key: u8| row.iter().position(|other| *other == key.to_ascii_lowercase());
            let by = place(to)? as i16 - place(from)? as i16;
            (by.abs() == 1).then_some(by)
        })
    };
    let length = by_code(&step).max(by_code(&on_a_row))?;
    (length >= 4).then(|| Stretch { length, look: Look::Pattern, bits: PATTERN + (length as f64).log2() })
}

/// Four and more characters that stood there before.
fn repetition(text: &[u8], at: usize) -> Option<Stretch> {
    let same = |from: usize| text[from..].iter().zip(&text[at..]).take_while(|(one, other)| one == other).count();
    let length = (0..at).map(same).max().filter(|length| *length >= 4)?;
    Some(Stretch { length, look: Look::Pattern, bits: (at as f64).log2().max(1.0) + (length as f64).log2() })
}

/// Letters in one case, the first of them perhaps large, that follow each other as they do in words.
fn word(text: &[u8], at: usize) -> Option<Stretch> {
    let letters = &text[at..];
    let begins = match (text[..at].last(), letters.first()) {
        (Some(before), Some(first)) if before.is_ascii_alphabetic() => {
            before.is_ascii_lowercase() && first.is_ascii_uppercase()
        }
        _ => true,
    };
    let first = *letters.first().filter(|byte| byte.is_ascii_alphabetic() && begins)?;
    let small = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_lowercase);
    let in_case = |byte: &u8| match first.is_ascii_lowercase() || small(letters.get(1)) {
        true => byte.is_ascii_lowercase(),
        false => byte.is_ascii_uppercase(),
    };
    let length = 1 + letters[1..].iter().take_while(|byte| in_case(byte)).count();
    let word = &letters[..length];
    let follows = |pair: &[u8]| {
        let [one, other] = [pair[0], pair[1]].map(|byte| byte.to_ascii_lowercase() - b'a');
        FOLLOWERS[usize::from(one)] & 1 << other != 0
    };
    let often = word.windows(2).filter(|pair| follows(pair)).count();
    let vowel = word.iter().any(|byte| b"aeiouy".contains(&byte.to_ascii_lowercase()));
    // One of three letters is one only where it stands alone.
    let alone = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let shortest = if alone(letters.get(length)) && alone(text[..at].last()) { 3 } else { 4 };
    if length < shortest || !vowel || 4 * often < 3 * (length - 1) {
        return None;
    }
    let bits = WORD + LETTER * length.saturating_sub(LONG_WORD) as f64;
    Some(Stretch { length, look: Look::Word, bits })
}

#[cfg(test)]
mod tests {
    use rand::RngExt as _;
    use rand::rand_core::UnwrapErr;
    use rand::rngs::SysRng;

    use super::*;
    use crate::token::secret::BASE62;

    #[test]
    fn what_a_person_thinks_up_is_weak() {
        for weak in [
            "password1234567890",
            "aaaaaaaaaaaaaaaa",
            "abcabcabcabcabcabcabc",
            "correct-horse-battery-staple",
            "correcthorsebatterystaple",
            "CorrectHorseBatteryStaple",
            "CORRECT_HORSE_BATTERY_STAPLE",
            "12345678901234567890",
            "qwertyuiopasdfghjkl",
            "abcdefghijklmnopqrstuvwxyz",
            "changemechangemechangeme",
            "your_api_key_here_please",
            "default:development.unleash-insecure-api-token",
            "*:*.unleash-insecure-admin-api-token",
            "P@ssw0rdP@ssw0rd",
            "hunter2hunter2hunter2",
            "my-secret-token-2024",
            "prod-database-Xk9fQ2",
            "4929123456781234",
            "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
            "smtp.eu-central-1.example.com",
        ] {
            assert!(bits(weak) < ENOUGH, "{weak}: {}", bits(weak));
        }
    }

    #[test]
    fn what_was_drawn_is_not() {
        for (strong, least) in [
            ("9f86d081884c7d659a2feaa0c55ad015", 110),
            ("9F86D081884C7D659A2FEAA0C55AD015", 110),
            ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", 110),
            ("k7Jq2LmX9vBt4WzR", 90),
            ("sk_live_k7Jq2LmX9vBt4WzRn8Pc", 120),
            ("V1StGXR8_Z5jdHi6B-myTq0wLrKx3uNe7OaPbCfD", 200),
            ("*:development.964a287e1b728cb5f4f3e0120df92cb5", 150),
        ] {
            assert!(bits(strong) >= least, "{strong}: {}", bits(strong));
        }
    }

    #[test]
    fn what_jeton_made_is_not_judged() {
        let id = secret::Id::parse("jtn_4fzN0c1Qw9Lk").unwrap();
        assert_eq!(Secret::assemble(&id, &"a".repeat(43)).strength(), None);
        assert_eq!(Secret::parse(&[b'a'; 16]).unwrap().strength(), Some(11));
    }

    /// So many drawn from each alphabet carry more than 90 bits; one in some thousands is taken for less than 80.
    #[test]
    fn random_secrets_of_any_alphabet_are_hardly_ever_called_weak() {
        let mut rng = UnwrapErr(SysRng);
        let any: Vec<u8> = (b'!'..=b'~').collect();
        let base64 = [&BASE62[..], b"-_"].concat();
        for (alphabet, length) in
            [(&BASE62[..], 16), (b"0123456789abcdef", 32), (&BASE62[36..], 20), (&base64, 16), (&any, 15)]
        {
            let mut drawn = || char::from(alphabet[rng.random_range(0..alphabet.len())]);
            let texts = (0..5000).map(|_| (0..length).map(|_| drawn()).collect::<String>());
            let weak: Vec<_> = texts.filter(|text| bits(text) < ENOUGH).collect();
            assert!(weak.len() <= 10, "{weak:?}");
        }
    }
}
