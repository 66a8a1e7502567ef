//! Spans of time and ends of life as people write them: `90d`, `12h`, `30m`, `3mo`, an RFC 3339 time, a date (its
//! end, UTC), or the word `never`. Parsing is jiff's; the rules of what an expiry may be are ours.

use std::fmt;
use std::time::Duration;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// The day in which jiff's timestamps end.
const LAST_DAY: &str = "9999-12-30";

/// A span of time longer than zero, as people count it: `90d`, `12h`, `3mo`.
#[derive(Clone, Copy, Debug)]
pub struct Life(Span);

impl Life {
    /// # Errors
    /// [`BadSpan`] for what cannot be read, is zero or negative, or would end after jiff's last timestamp.
    pub fn parse(text: &str) -> Result<Life, BadSpan> {
        match text.parse::<Span>() {
            Ok(span) if span.is_positive() => Ok(Life(span)),
            Ok(_) => Err(BadSpan::NotPositive(text.to_owned())),
            Err(_) if is_only_too_far(text) => Err(BadSpan::TooFar),
            Err(_) => Err(BadSpan::UnreadableSpan(text.to_owned())),
        }
    }

    /// `hours` must be positive.
    pub fn hours(hours: i64) -> Life {
        debug_assert!(hours > 0);
        Life(Span::new().hours(hours))
    }

    /// `days` must be positive.
    pub fn days(days: i64) -> Life {
        debug_assert!(days > 0);
        Life(Span::new().days(days))
    }

    /// Its end if it begins at `now`, in whole milliseconds. Months and years are those of the UTC calendar (31 August
    /// and six months is the end of February).
    ///
    /// # Errors
    /// [`BadSpan::TooFar`] if it cannot be represented, [`BadSpan::Past`] if it is less than a millisecond.
    pub fn end(self, now: Timestamp) -> Result<Timestamp, BadSpan> {
        let later = now.to_zoned(TimeZone::UTC).checked_add(self.0).map_err(|_| BadSpan::TooFar)?;
        ahead(later.timestamp(), now)
    }
}

impl PartialEq for Life {
    fn eq(&self, other: &Life) -> bool {
        self.0.fieldwise() == other.0.fieldwise()
    }
}

impl fmt::Display for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

/// When a token ends, as it was asked for and before anybody looked at the clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expiry {
    Never,
    After(Life),
    At(Timestamp),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSpan {
    #[error("`{0}` is no time: write 90d, 12h, 30m, 3mo, 2027-01-31, 2027-01-31T12:00:00Z, or never")]
    Unreadable(String),
    #[error("`{0}` is no span of time: write 45s, 30m, 12h, 7d")]
    UnreadableSpan(String),
    #[error("`{0}` is no span of time: write 45s, 30m, 12h, or never")]
    UnreadableDelay(String),
    #[error("`{0}` is no time that is past: write 90d, 12h, 2026-01-31, or 2026-01-31T12:00:00Z")]
    UnreadableAgo(String),
    #[error("`{0}` is no time to come: write 14d, 12h, 2027-01-31, or 2027-01-31T12:00:00Z")]
    UnreadableAhead(String),
    #[error("{0} is not in the past")]
    NotPast(String),
    #[error("{0} is not to come")]
    NotAhead(String),
    #[error("`{0}` is no length of time: it must be longer than zero")]
    NotPositive(String),
    #[error("{0} is in the past")]
    Past(String),
    #[error("that is later than jeton can count: choose a day before {LAST_DAY}")]
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
        match Life::parse(text) {
            Err(BadSpan::UnreadableSpan(text)) => Err(BadSpan::Unreadable(text)),
            life => life.map(Expiry::After),
        }
    }

    /// The moment it means at `now`, in whole milliseconds; `None` is never.
    ///
    /// # Errors
    /// [`BadSpan::Past`] if it is not after `now`, [`BadSpan::TooFar`] if it cannot be represented.
    pub fn resolve(self, now: Timestamp) -> Result<Option<Timestamp>, BadSpan> {
        match self {
            Expiry::Never => Ok(None),
            Expiry::After(life) => life.end(now).map(Some),
            Expiry::At(time) => ahead(time, now).map(Some),
        }
    }
}

impl fmt::Display for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expiry::Never => f.write_str("never"),
            Expiry::After(life) => life.fmt(f),
            Expiry::At(time) => time.fmt(f),
        }
    }
}

/// A time in whole milliseconds, if it lies ahead.
fn ahead(time: Timestamp, now: Timestamp) -> Result<Timestamp, BadSpan> {
    let time = Timestamp::from_millisecond(time.as_millisecond()).map_err(|_| BadSpan::TooFar)?;
    if time > now { Ok(time) } else { Err(BadSpan::Past(time.to_string())) }
}

/// A time that is past: so long ago, or at a date (its beginning, UTC) or time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ago {
    Before(Life),
    At(Timestamp),
}

impl Ago {
    /// # Errors
    /// [`BadSpan`] for what cannot be read, is zero or negative.
    pub fn parse(text: &str) -> Result<Ago, BadSpan> {
        if let Ok(time) = text.parse::<Timestamp>() {
            return Ok(Ago::At(time));
        }
        if let Some(date) = plain_date(text) {
            let start = date.to_zoned(TimeZone::UTC).map_err(|_| BadSpan::UnreadableAgo(text.to_owned()))?;
            return Ok(Ago::At(start.timestamp()));
        }
        match Life::parse(text) {
            Err(BadSpan::UnreadableSpan(text)) => Err(BadSpan::UnreadableAgo(text)),
            Err(BadSpan::TooFar) => Ok(Ago::At(Timestamp::MIN)),
            life => life.map(Ago::Before),
        }
    }

    /// The moment it means at `now`. What lies before all times is the first of them.
    ///
    /// # Errors
    /// [`BadSpan::NotPast`] for a time to come, with which every token would be older and unused.
    pub fn resolve(self, now: Timestamp) -> Result<Timestamp, BadSpan> {
        match self {
            Ago::At(time) if time > now => Err(BadSpan::NotPast(time.to_string())),
            Ago::At(time) => Ok(time),
            Ago::Before(life) => {
                let earlier = now.to_zoned(TimeZone::UTC).checked_sub(life.0);
                Ok(earlier.map_or(Timestamp::MIN, |earlier| earlier.timestamp()))
            }
        }
    }
}

/// A time to come: so far ahead, or at a date (its end, UTC) or time. It is an expiry, but never `never`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ahead(Expiry);

impl Ahead {
    /// # Errors
    /// [`BadSpan`] for what cannot be read, is zero or negative.
    pub fn parse(text: &str) -> Result<Ahead, BadSpan> {
        match Expiry::parse(text) {
            Ok(Expiry::Never) | Err(BadSpan::Unreadable(_)) => Err(BadSpan::UnreadableAhead(text.to_owned())),
            Err(BadSpan::TooFar) => Ok(Ahead(Expiry::At(Timestamp::MAX))),
            expiry => expiry.map(Ahead),
        }
    }

    /// The moment it means at `now`. What lies after all times is the last of them.
    ///
    /// # Errors
    /// [`BadSpan::NotAhead`] for a time that is past, by which no token can end that still works.
    pub fn resolve(self, now: Timestamp) -> Result<Timestamp, BadSpan> {
        match self.0.resolve(now) {
            Ok(end) => Ok(end.unwrap_or(Timestamp::MAX)),
            Err(BadSpan::Past(time)) => Err(BadSpan::NotAhead(time)),
            Err(_) => Ok(Timestamp::MAX),
        }
    }
}

/// A span that runs from now on, such as the life of the clipboard; `None` is `never`.
///
/// # Errors
/// [`BadSpan`] for what cannot be read or is not positive.
pub fn parse_delay(text: &str) -> Result<Option<Duration>, BadSpan> {
    if text == "never" {
        return Ok(None);
    }
    let span = text.parse::<Span>().map_err(|_| BadSpan::UnreadableDelay(text.to_owned()))?;
    let unreadable = |_| BadSpan::UnreadableDelay(text.to_owned());
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
    use proptest::prelude::*;

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
    fn a_life_is_written_as_it_was_read() {
        for text in ["90d", "12h", "3mo", "1y", "1d 12h", "30m"] {
            assert_eq!(Life::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Life::parse("P90D").unwrap().to_string(), "90d");
        assert_eq!(Life::parse("never"), Err(BadSpan::UnreadableSpan("never".into())));
        assert_eq!(Life::parse("2027-01-31"), Err(BadSpan::UnreadableSpan("2027-01-31".into())));
    }

    #[test]
    fn never_is_offered_only_where_it_is_taken() {
        assert!(!Life::parse("soon").unwrap_err().to_string().contains("never"));
        assert!(parse_delay("soon").unwrap_err().to_string().contains("never") && parse_delay("never").is_ok());
    }

    #[test]
    fn what_is_past_is_so_long_ago_or_the_beginning_of_a_day() {
        for (said, meant) in [
            ("90d", "2026-08-23T12:00:00Z"),
            ("3mo", "2026-08-21T12:00:00Z"),
            ("2026-11-21", "2026-11-21T00:00:00Z"),
            ("2026-11-21T10:00:00+01:00", "2026-11-21T09:00:00Z"),
        ] {
            assert_eq!(Ago::parse(said).unwrap().resolve(now()).unwrap().to_string(), meant, "{said}");
        }
        assert_eq!(Ago::parse("15000y").unwrap().resolve(now()), Ok(Timestamp::MIN));
        assert!(matches!(Ago::parse("2026-11-22").unwrap().resolve(now()), Err(BadSpan::NotPast(_))));
        for bad in ["", "never", "0d", "-3d", "yesterday"] {
            assert!(Ago::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_to_come_is_so_far_ahead_or_the_end_of_a_day() {
        for (said, meant) in [
            ("14d", "2026-12-05T12:00:00Z"),
            ("3mo", "2027-02-21T12:00:00Z"),
            ("2026-11-21", "2026-11-21T23:59:59.999Z"),
            ("2026-11-21T14:00:00+01:00", "2026-11-21T13:00:00Z"),
        ] {
            assert_eq!(Ahead::parse(said).unwrap().resolve(now()).unwrap().to_string(), meant, "{said}");
        }
        for far in ["9000y", "99999999d", "9999-12-31", "10000-01-01"] {
            let end = Ahead::parse(far).unwrap().resolve(now()).unwrap();
            assert_eq!(end.as_millisecond(), Timestamp::MAX.as_millisecond(), "{far}");
        }
        for past in ["2026-11-20", "2026-11-21T12:00:00Z", "1ns"] {
            assert!(matches!(Ahead::parse(past).unwrap().resolve(now()), Err(BadSpan::NotAhead(_))), "{past}");
        }
        for bad in ["", "never", "0d", "-3d", "tomorrow"] {
            let error = Ahead::parse(bad).unwrap_err();
            assert!(!error.to_string().contains("or never"), "{bad}");
        }
    }

    proptest! {
        /// However the span is written, its end never goes back as the span grows, and going back by it leads to where
        /// it began, but for months of different lengths.
        #[test]
        fn the_end_of_a_span_lies_ahead(count in 1..5000i64, unit in 0..6usize, start in 0..4_000_000_000_000i64) {
            let (unit, days) = [("s", 0), ("m", 0), ("h", 0), ("d", 0), ("w", 0), ("mo", 3)][unit];
            let start = Timestamp::from_millisecond(start).unwrap();
            let text = format!("{count}{unit}");
            let end = Life::parse(&text).unwrap().end(start).unwrap();
            prop_assert!(end > start);
            prop_assert_eq!(Expiry::parse(&text).unwrap().resolve(start).unwrap(), Some(end));
            let longer = Life::parse(&format!("{}{unit}", count + 1)).unwrap().end(start).unwrap();
            prop_assert!(longer > end);
            let back = Ago::parse(&text).unwrap().resolve(end).unwrap().duration_since(start).abs();
            prop_assert!(back <= jiff::SignedDuration::from_hours(24 * days), "{} {}", text, back);
        }

        /// Weeks, days and all below are so many milliseconds, in leap years and on any day of the year.
        #[test]
        fn a_span_without_months_has_one_length(
            counts in prop::array::uniform6(0..500i64),
            start in -1i64 << 42..1 << 42,
        ) {
            let (day, hour) = (86_400_000, 3_600_000);
            let units = [("w", 7 * day), ("d", day), ("h", hour), ("m", 60_000), ("s", 1000), ("ms", 1)];
            let said = units.iter().zip(counts).filter(|(_, count)| *count > 0);
            let text: Vec<_> = said.map(|((unit, _), count)| format!("{count}{unit}")).collect();
            prop_assume!(!text.is_empty());
            let length: i64 = units.iter().zip(counts).map(|((_, length), count)| length * count).sum();
            let life = Life::parse(&text.join(" ")).unwrap();
            let at = |ms| Timestamp::from_millisecond(ms).unwrap();
            prop_assert_eq!(life.end(at(start)), Ok(at(start + length)), "{:?}", text);
            prop_assert_eq!(Ago::Before(life).resolve(at(start)), Ok(at(start - length)), "{:?}", text);
            prop_assert_eq!(Life::parse(&life.to_string()), Ok(life));
        }

        /// Months keep the day, or take the last one where there is no such day.
        #[test]
        fn a_month_is_one_of_the_calendar(count in 1..600i16, unit in 0..2usize, start in 0..4_000_000_000_000i64) {
            let (unit, months) = [("mo", count), ("y", 12 * count)][unit];
            let start = Timestamp::from_millisecond(start).unwrap();
            let end = Life::parse(&format!("{count}{unit}")).unwrap().end(start).unwrap();
            let [before, after] = [start, end].map(|time| time.to_zoned(TimeZone::UTC));
            let number = |day: &jiff::Zoned| i32::from(day.year()) * 12 + i32::from(day.month());
            prop_assert_eq!(number(&after), number(&before) + i32::from(months));
            prop_assert_eq!(after.day(), before.day().min(after.days_in_month()));
            prop_assert_eq!(after.time(), before.time());
        }

        /// Whatever is read as an expiry lies ahead in whole milliseconds, or is refused; at any time of the clock.
        #[test]
        fn an_expiry_lies_ahead_or_is_refused(
            text in prop_oneof![
                "(-|\\+)?[0-9]{1,12}(ns|us|ms|s|m|h|d|w|mo|y)",
                "[0-9]{4}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:00:00(\\.[0-9]{1,9})?Z)?",
                "[0-9a-zTZ:. +-]{0,30}",
            ],
            now in Timestamp::MIN.as_nanosecond()..=Timestamp::MAX.as_nanosecond(),
        ) {
            let now = Timestamp::from_nanosecond(now).unwrap();
            if let Ok(Some(end)) = Expiry::parse(&text).and_then(|expiry| expiry.resolve(now)) {
                prop_assert!(end > now, "{} {}", text, end);
                prop_assert_eq!(end, Timestamp::from_millisecond(end.as_millisecond()).unwrap());
            }
            if let Ok(ago) = Ago::parse(&text) {
                prop_assert!(matches!(ago, Ago::At(_)) || ago.resolve(now).unwrap() < now, "{}", text);
            }
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
