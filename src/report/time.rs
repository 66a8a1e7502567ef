//! Times as people read them: relative to now, and local.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// `in 90 days`, `3 hours ago`, `just now`.
pub(super) fn relative(time: Timestamp, now: Timestamp) -> String {
    let distance = time.duration_since(now);
    let text = span(distance.abs());
    match distance.signum() {
        _ if distance.abs() < SignedDuration::from_secs(1) => "just now".to_owned(),
        1 => format!("in {text}"),
        _ => format!("{text} ago"),
    }
}

/// The largest unit that tells enough: 90 days are days, 120 are months.
pub(super) fn span(length: SignedDuration) -> String {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    // The mean Gregorian year has 365.2425 days.
    const YEAR: i64 = 31_556_952;
    let (size, unit) = match length.as_secs() {
        s if s < 100 => (1, "second"),
        s if s < 100 * MINUTE => (MINUTE, "minute"),
        s if s < 2 * DAY => (HOUR, "hour"),
        s if s < 100 * DAY => (DAY, "day"),
        s if s < 2 * YEAR => (YEAR / 12, "month"),
        _ => (YEAR, "year"),
    };
    // To the nearest: a token made for 90 days a second ago has 90 days, not 89.
    let count = ((length.as_millis() + i128::from(size) * 500) / (i128::from(size) * 1000)).max(1);
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

/// `2027-02-19 12:00 CET`
pub(super) fn local(time: Timestamp, zone: &TimeZone) -> String {
    time.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string()
}

/// `2027-02-19 12:00:05 CET`
pub(super) fn local_to_the_second(time: Timestamp, zone: &TimeZone) -> String {
    time.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_one_unit() {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let hours = |h| now.checked_add(SignedDuration::from_hours(h)).unwrap();
        assert_eq!(relative(hours(90 * 24), now), "in 90 days");
        assert_eq!(relative(hours(-1), now), "60 minutes ago");
        assert_eq!(relative(hours(-3), now), "3 hours ago");
        assert_eq!(relative(hours(47), now), "in 47 hours");
        assert_eq!(relative(hours(-400 * 24), now), "13 months ago");
        assert_eq!(relative(hours(10 * 366 * 24), now), "in 10 years");
        assert_eq!(relative(now, now), "just now");
        assert_eq!(relative(hours(90 * 24), now.checked_add(SignedDuration::from_secs(9)).unwrap()), "in 90 days");
        assert_eq!(relative(now.checked_add(SignedDuration::from_millis(59_900)).unwrap(), now), "in 60 seconds");
        assert_eq!(relative(now.checked_add(SignedDuration::from_secs(45)).unwrap(), now), "in 45 seconds");
    }

    #[test]
    fn local_times_name_their_zone() {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        assert_eq!(local(now, &TimeZone::UTC), "2026-11-21 12:00 UTC");
    }
}
