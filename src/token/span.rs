//! Spans of time and ends of life as people write them: `90d`, `12h`, `30m`, `3mo`, an RFC 3339 time, a date (its
//! end, UTC), or the word `never`. Parsing is jiff's; the rules of what an expiry may be are ours.

use std::time::Duration;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// The day in which jiff's timestamps end.
const LAST_DAY: &str = "9999-12-30";

/// When a token ends, as it was asked for and before anybody looked at the clock.
#[derive(Clone, Debug)]
pub enum Expiry {
    Never,
    After(Span),
    At(Timestamp),
}

impl PartialEq for Expiry {
    fn eq(&self, other: &Expiry) -> bool {
        match (self, other) {
            (Expiry::Never, Expiry::Never) => true,
            (Expiry::After(a), Expiry::After(b)) => a.fieldwise() == b.fieldwise(),
            (Expiry::At(a), Expiry::At(b)) => a == b,
            _ => false,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSpan {
    #[error("`{0}` is no time: write 90d, 12h, 30m, 3mo, 2027-01-31, 2027-01-31T12:00:00Z, or never")]
    Unreadable(String),
    #[error("`{0}` is no span of time: write 45s, 30m, 12h, or never")]
    UnreadableSpan(String),
    #[error("`{0}` is not a time to come: the span must be longer than zero")]
    NotPositive(String),
    #[error("{0} is in the past")]
    Past(String),
    #[error("that is later than jeton can count: choose a day before {LAST_DAY}, or never")]
    TooFar,
}

impl Expiry {
    /// # Errors
    /// [`BadSpan`] for what cannot be read, is zero or negative, or lies after jiff's last timestamp, in the year
    /// 9999.
    pub fn parse(text: &str) -> Result<Expiry, BadSpan> {
        if text == "never" {
            return Ok(Expiry::Never);
        }
        if let Ok(time) = text.parse::<Timestamp>() {
            return Ok(Expiry::At(time));
        }
        if let Some(date) = plain_date(text) {
            let end = date.to_datetime(Time::constant(23, 59, 59, 999_000_000)).to_zoned(TimeZone::UTC);
            return end.map(|end| Expiry::At(end.timestamp())).map_err(|_| BadSpan::TooFar);
        }
        match text.parse::<Span>() {
            Ok(span) if span.is_positive() => Ok(Expiry::After(span)),
            Ok(_) => Err(BadSpan::NotPositive(text.to_owned())),
            Err(_) if is_only_too_far(text) => Err(BadSpan::TooFar),
            Err(_) => Err(BadSpan::Unreadable(text.to_owned())),
        }
    }

    /// The moment it means at `now`, in whole milliseconds; `None` is never. Months and years are those of the UTC
    /// calendar (31 August and six months is the end of February).
    ///
    /// # Errors
    /// [`BadSpan::Past`] if it is not after `now`, [`BadSpan::TooFar`] if it cannot be represented.
    pub fn resolve(&self, now: Timestamp) -> Result<Option<Timestamp>, BadSpan> {
        let end = match self {
            Expiry::Never => return Ok(None),
            Expiry::At(time) => *time,
            Expiry::After(span) => {
                let later = now.to_zoned(TimeZone::UTC).checked_add(*span);
                later.map_err(|_| BadSpan::TooFar)?.timestamp()
            }
        };
        let end = Timestamp::from_millisecond(end.as_millisecond()).map_err(|_| BadSpan::TooFar)?;
        if end <= now {
            return Err(BadSpan::Past(end.to_string()));
        }
        Ok(Some(end))
    }
}

/// A span that runs from now on, such as the life of the clipboard; `None` is `never`.
///
/// # Errors
/// [`BadSpan`] for what cannot be read, is not positive, or is longer than a year.
pub fn parse_delay(text: &str) -> Result<Option<Duration>, BadSpan> {
    if text == "never" {
        return Ok(None);
    }
    let span = text.parse::<Span>().map_err(|_| BadSpan::UnreadableSpan(text.to_owned()))?;
    let unreadable = |_| BadSpan::UnreadableSpan(text.to_owned());
    let duration = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).map_err(unreadable)?;
    if !duration.is_positive() {
        return Err(BadSpan::NotPositive(text.to_owned()));
    }
    Duration::try_from(duration).map(Some).map_err(unreadable)
}

/// `2027-01-31` and nothing else: jiff also reads dates out of longer texts.
fn plain_date(text: &str) -> Option<Date> {
    let shape = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    shape.then(|| text.parse().ok()).flatten()
}

/// Whether it reads well but for its size: `10000-01-01` is a date to a person, `99999999d` a span.
fn is_only_too_far(text: &str) -> bool {
    let text = text.trim_start_matches('+');
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    digits > 4 && (rest.starts_with('-') || format!("1{rest}").parse::<Span>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    fn resolved(text: &str) -> Result<String, BadSpan> {
        let end = Expiry::parse(text)?.resolve(now())?;
        Ok(end.map_or("never".to_owned(), |end| end.to_string()))
    }

    #[test]
    fn people_write_time_in_many_ways() {
        for (said, meant) in [
            ("never", "never"),
            ("90d", "2027-02-19T12:00:00Z"),
            ("12h", "2026-11-22T00:00:00Z"),
            ("30m", "2026-11-21T12:30:00Z"),
            ("3mo", "2027-02-21T12:00:00Z"),
            ("1y", "2027-11-21T12:00:00Z"),
            ("1d 12h", "2026-11-23T00:00:00Z"),
            ("2027-01-31", "2027-01-31T23:59:59.999Z"),
            ("2026-11-21", "2026-11-21T23:59:59.999Z"),
            ("9999-12-29", "9999-12-29T23:59:59.999Z"),
            ("2027-01-31T12:00:00+02:00", "2027-01-31T10:00:00Z"),
            ("2027-01-31T12:00:00.1239Z", "2027-01-31T12:00:00.123Z"),
        ] {
            assert_eq!(resolved(said).as_deref(), Ok(meant), "{said}");
        }
    }

    #[test]
    fn an_end_must_lie_ahead_and_before_the_year_10000() {
        assert!(matches!(resolved("0d"), Err(BadSpan::NotPositive(_))));
        assert!(matches!(resolved("-5d"), Err(BadSpan::NotPositive(_))));
        assert!(matches!(resolved("2020-01-01"), Err(BadSpan::Past(_))));
        assert!(matches!(resolved("2026-11-21T12:00:00Z"), Err(BadSpan::Past(_))));
        for far in
            ["10000-01-01", "9999-12-30", "9999-12-31", "+010000-01-01", "9000y", "10000-01-01T00:00:00Z", "99999999d"]
        {
            assert_eq!(resolved(far), Err(BadSpan::TooFar), "{far}");
        }
        for nonsense in ["", "soon", "90", "90D", "2027-13-01", "2027-02-30", "90 bananas"] {
            assert!(matches!(resolved(nonsense), Err(BadSpan::Unreadable(_))), "{nonsense}: {:?}", resolved(nonsense));
        }
    }

    #[test]
    fn a_delay_is_a_plain_span() {
        assert_eq!(parse_delay("45s"), Ok(Some(Duration::from_secs(45))));
        assert_eq!(parse_delay("2m"), Ok(Some(Duration::from_secs(120))));
        assert_eq!(parse_delay("never"), Ok(None));
        assert!(parse_delay("0s").is_err());
        assert!(parse_delay("2027-01-31").is_err());
    }
}
