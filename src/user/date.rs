//! Dates in the forms of ISO 8601, and in milliseconds, and as Domo stores them: milliseconds since 1970 in UTC. The time zone of the machine has no effect.

#[cfg(feature = "review")]
use domo_users_scan::iso_date::iso_date;

/// The attribute that holds a date.
pub const HIRE_DATE: &str = "hireDate";

/// A date of a desired user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Date {
    /// A day without a time, as its first millisecond in UTC.
    Day(i64),
    /// A moment in time, in milliseconds.
    Instant(i64),
}

const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;
const MINUTE_MS: i64 = 60_000;
/// The earliest midnight: a day starts up to 14 hours earlier east of Greenwich than in UTC.
const EARLIEST_MIDNIGHT_MS: i64 = 14 * HOUR_MS;
/// The smallest number that is read as milliseconds: a smaller one is a spreadsheet's count of days, a year, or `20150207`.
const MIN_MS: i64 = 1_000_000_000;
/// The last millisecond of a JavaScript date.
const MAX_MS: i64 = 8_640_000_000_000_000;

/// The forms that [`Date::parse`] reads, for error messages.
pub const UNDERSTOOD: &str =
    "a date as 2024-03-01, a time with its offset as 2024-03-01T09:30:00Z, or milliseconds since 1970";

impl Date {
    /// Returns the date of `2024-03-01`, or of a day with `T` or a space, a time and an offset or `Z`; a midnight without an offset is the day.
    /// Milliseconds are read too, from 1e9 in magnitude on. Any other form, such as `03/01/2024`, could mean several days, and returns `None`.
    #[must_use]
    pub fn parse(string: &[u8]) -> Option<Self> {
        let string = str::from_utf8(string).ok()?.trim();
        // A number with an exponent may have lost digits in a spreadsheet.
        let digits = string.strip_prefix('-').unwrap_or(string);
        if let Ok(ms) = digits.parse::<u64>()
            && !digits.starts_with('+')
        {
            let ms = i64::try_from(ms).ok().filter(|ms| (MIN_MS..=MAX_MS).contains(ms))?;
            let is_negative = digits.len() < string.len();
            return Some(Date::Instant(if is_negative { ms.wrapping_neg() } else { ms }));
        }
        let mut rest = Rest(string);
        let day = rest.day_ms()?;
        if rest.0.is_empty() {
            return Some(Date::Day(day));
        }
        rest.skip(&['T', 't', ' '])?;
        let time = rest.time_ms()?;
        rest.0 = rest.0.trim_start();
        if rest.0.is_empty() {
            return (time == 0).then_some(Date::Day(day));
        }
        let offset = rest.offset_ms()?;
        let instant = day.wrapping_add(time).wrapping_sub(offset);
        rest.0.is_empty().then_some(Date::Instant(instant))
    }

    /// Returns the milliseconds that are sent.
    #[must_use]
    pub fn milliseconds(self) -> i64 {
        match self {
            Date::Day(ms) | Date::Instant(ms) => ms,
        }
    }

    /// Whether an instance that holds these milliseconds has this date already. A day is any instant from its earliest midnight in any time zone to
    /// its end in UTC.
    #[must_use]
    pub fn is_held(self, held_ms: i64) -> bool {
        match self {
            Date::Instant(ms) => ms == held_ms,
            Date::Day(ms) => {
                let first = ms.saturating_sub(EARLIEST_MIDNIGHT_MS);
                (first..ms.saturating_add(DAY_MS)).contains(&held_ms)
            }
        }
    }
}

/// Returns milliseconds since 1970 as `2024-03-01`, with the time and `Z` unless it is midnight in UTC; `None` outside of the years 1 to 9999.
#[cfg(feature = "review")]
#[must_use]
pub fn in_words(ms: i64) -> Option<String> {
    let date = iso_date(ms)?;
    match (date.get(..10), date.get(11..19)) {
        (Some(day), Some(time)) => Some([day, " ", time, "Z"].concat()),
        _ => Some(date),
    }
}

/// What is left of a string that is read from its start. All numbers have so few digits that no sum overflows.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    /// Reads a number of this many ASCII digits.
    fn number(&mut self, length: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        let is_number = digits.bytes().all(|b| b.is_ascii_digit());
        let number = digits.parse::<u64>().ok().filter(|_| is_number)?;
        i64::try_from(number).ok()
    }

    /// Skips one of these characters.
    fn skip(&mut self, characters: &[char]) -> Option<()> {
        self.0 = self.0.strip_prefix(characters)?;
        Some(())
    }

    /// Reads a day such as `2024-03-01`, and returns its first millisecond; `None` if the calendar has no such day.
    fn day_ms(&mut self) -> Option<i64> {
        let year = self.number(4)?;
        self.skip(&['-'])?;
        let month = self.number(2)?;
        self.skip(&['-'])?;
        let day = self.number(2)?;
        let is_day = (1..=days_in_month(year, month)?).contains(&day);
        is_day.then(|| days_since_1970(year, month, day).wrapping_mul(DAY_MS))
    }

    /// Reads a time such as `09:30`, `09:30:15` or `09:30:15.250`.
    fn time_ms(&mut self) -> Option<i64> {
        let hours = self.number(2).filter(|hours| *hours < 24)?;
        self.skip(&[':'])?;
        let minutes = self.number(2)?;
        let (mut seconds, mut thousandths) = (0, 0);
        if self.skip(&[':']).is_some() {
            seconds = self.number(2).filter(|seconds| *seconds < 60)?;
            if self.skip(&['.']).is_some() {
                let length = self.0.bytes().take_while(u8::is_ascii_digit).count();
                let fraction = self.0.get(..length)?;
                self.number(length)?;
                thousandths = Rest(&format!("{fraction:0<3}")).number(3)?;
            }
        }
        let ms = seconds.wrapping_mul(1000).wrapping_add(thousandths);
        Some(ms.wrapping_add(hours_and_minutes_ms(hours, minutes)?))
    }

    /// Reads an offset such as `Z`, `+02:00`, `+0200` or `+02`.
    fn offset_ms(&mut self) -> Option<i64> {
        if self.skip(&['Z', 'z']).is_some() {
            return Some(0);
        }
        let is_negative = self.skip(&['-']).is_some();
        if !is_negative {
            self.skip(&['+'])?;
        }
        let hours = self.number(2).filter(|hours| *hours <= 14)?;
        let has_minutes = self.skip(&[':']).is_some() || !self.0.is_empty();
        let minutes = if has_minutes { self.number(2)? } else { 0 };
        let ms = hours_and_minutes_ms(hours, minutes)?;
        Some(if is_negative { ms.wrapping_neg() } else { ms })
    }
}

fn hours_and_minutes_ms(hours: i64, minutes: i64) -> Option<i64> {
    let ms = hours
        .wrapping_mul(HOUR_MS)
        .wrapping_add(minutes.wrapping_mul(MINUTE_MS));
    (minutes < 60).then_some(ms)
}

fn days_in_month(year: i64, month: i64) -> Option<i64> {
    let is_leap_year = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    Some(match month {
        2 if is_leap_year => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    })
}

/// Returns the days from 1970-01-01 to a day of the Gregorian calendar. Years start in March here, so that a leap day is the last day of its year.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month.wrapping_sub(3))
    } else {
        (year.wrapping_sub(1), month.wrapping_add(9))
    };
    let leap_days = year
        .div_euclid(4)
        .wrapping_sub(year.div_euclid(100))
        .wrapping_add(year.div_euclid(400));
    let before_month = month.wrapping_mul(153).wrapping_add(2).div_euclid(5);
    year.wrapping_mul(365)
        .wrapping_add(leap_days)
        .wrapping_add(before_month)
        .wrapping_add(day)
        .wrapping_sub(719_469)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(string: &str) -> Option<Date> {
        Date::parse(string.as_bytes())
    }

    const DAY: i64 = 1_423_267_200_000; // 2015-02-07

    #[test]
    fn a_date_in_iso_8601_or_milliseconds_is_read() {
        for string in [
            "2015-02-07",
            " 2015-02-07 ",
            "2015-02-07T00:00",
            "2015-02-07 00:00:00",
            "2015-02-07T00:00:00.000",
        ] {
            assert_eq!(parse(string), Some(Date::Day(DAY)), "{string}");
        }
        for (string, ms) in [
            ("2015-02-07T00:00:00Z", DAY),
            ("2015-02-07T00:00:00.000Z", DAY),
            ("2015-02-07 09:30:15.25Z", DAY + 34_215_250),
            ("2015-02-07T00:00+02:00", DAY - 2 * HOUR_MS),
            ("2015-02-07T00:00:00-0530", DAY + 330 * MINUTE_MS),
            ("2015-02-07T00:00:00 +02", DAY - 2 * HOUR_MS),
            ("2015-02-07t00:00:00z", DAY),
            ("1423267200000", DAY),
            ("-1000000000", -1_000_000_000),
            ("1000000000", 1_000_000_000),
            ("0001-01-01T00:00Z", -62_135_596_800_000),
            ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999),
        ] {
            assert_eq!(parse(string), Some(Date::Instant(ms)), "{string}");
        }
        assert_eq!(parse("1970-01-01"), Some(Date::Day(0)));
        assert_eq!(parse("2000-02-29"), Some(Date::Day(951_782_400_000)));
    }

    #[test]
    fn a_string_that_could_mean_several_days_or_none_is_refused() {
        for string in [
            "",
            "03/01/2024",
            "1.3.2024",
            "01-03-2024",
            "2024-3-1",
            "20150207",
            "42036",
            "999999999",
            "-5",
            "0",
            "2015-02-07T09:30",
            "2015-02-07 09:30:00",
            "2023-02-29",
            "1900-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-04-31",
            "2024-01-00",
            "2015-02-07T24:00Z",
            "2015-02-07T23:60Z",
            "2015-02-07T23:59:60Z",
            "2015-02-07T00:00+15:00",
            "2015-02-07T00:00+1",
            "2015-02-07T",
            "2015-02-07Z",
            "2015-02-07T0:00Z",
            "2015-02-07T00:00:00.Z",
            "+2015-02-07",
            "Feb 7, 2015",
            "1.5",
            "1423267200000.5",
            "1e99",
            "1.4232672e12",
            "1.70925E+12",
            "+1423267200000",
            "true",
            "２０15-02-07",
            "NaN",
            "infinity",
            "2015-02-07x",
        ] {
            assert_eq!(parse(string), None, "{string}");
        }
    }

    #[test]
    fn a_day_is_held_from_the_earliest_midnight_to_its_end() {
        let day = Date::Day(DAY);
        for (held, is) in [
            (DAY, true),
            (DAY - 14 * HOUR_MS, true),
            (DAY - 14 * HOUR_MS - 1, false),
            (DAY + DAY_MS - 1, true),
            (DAY + DAY_MS, false),
        ] {
            assert_eq!(day.is_held(held), is, "{held}");
        }
        assert!(Date::Instant(DAY).is_held(DAY) && !Date::Instant(DAY).is_held(DAY + 1));
    }

    #[cfg(feature = "review")]
    #[test]
    fn a_midnight_is_written_as_a_day_and_other_times_with_the_time() {
        for (ms, words) in [
            (DAY, "2015-02-07"),
            (DAY + 34_215_250, "2015-02-07 09:30:15Z"),
            (DAY + 1, "2015-02-07 00:00:00Z"),
            (1_709_164_800_000, "2024-02-29"),
            (1_709_251_199_000, "2024-02-29 23:59:59Z"),
            (-DAY_MS, "1969-12-31"),
            (253_402_214_400_000, "9999-12-31"),
            (-62_135_596_800_000, "0001-01-01"),
        ] {
            assert_eq!(in_words(ms).as_deref(), Some(words));
        }
        for ms in [
            -62_135_596_800_001,
            253_402_300_800_000,
            MAX_MS,
            -MAX_MS,
            i64::MAX,
            i64::MIN,
        ] {
            assert_eq!(in_words(ms), None, "{ms}");
        }
    }

    proptest! {
        #[test]
        fn every_day_follows_the_one_before(days in -719_162i64..2_932_000) {
            // Found by walking, not by the formula: the same day of the next month is as many days later as the month has.
            let (mut year, mut month, mut left) = (1970, 1, days);
            while left < 0 { month -= 1; if month == 0 { (year, month) = (year - 1, 12); } left += days_in_month(year, month).unwrap(); }
            while left >= days_in_month(year, month).unwrap() { left -= days_in_month(year, month).unwrap(); month += 1; if month == 13 { (year, month) = (year + 1, 1); } }
            let string = format!("{year:04}-{month:02}-{:02}", left + 1);
            prop_assert_eq!(parse(&string), Some(Date::Day(days * DAY_MS)), "{}", string);
        }

        #[test]
        fn milliseconds_are_read_as_written(ms in -MAX_MS..=MAX_MS) {
            let read = parse(&ms.to_string());
            prop_assert_eq!(read, (ms.abs() >= MIN_MS).then_some(Date::Instant(ms)));
        }

        #[cfg(feature = "review")]
        #[test]
        fn a_date_in_words_is_read_as_the_same_date(days in -719_162i64..2_932_000, seconds in 1i64..86_400) {
            let ms = days * DAY_MS;
            prop_assert_eq!(parse(&in_words(ms).unwrap()), Some(Date::Day(ms)));
            let ms = ms + seconds * 1000;
            prop_assert_eq!(parse(&in_words(ms).unwrap()), Some(Date::Instant(ms)));
        }

        #[test]
        fn a_date_as_an_export_writes_it_is_read(days in -719_162i64..2_932_897, ms in prop_oneof![Just(0), 0..DAY_MS, (0..DAY_MS / 1000).prop_map(|s| s * 1000)]) {
            let instant = days * DAY_MS + ms;
            let string = domo_users_scan::iso_date::iso_date(instant).unwrap();
            let date = if ms == 0 { Date::Day(instant) } else { Date::Instant(instant) };
            prop_assert_eq!(parse(&string), Some(date), "{}", string);
        }

        #[test]
        fn any_text_can_be_asked(string in any::<String>(), near in "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]?[0-9:.]{0,12}[Z+-]?[0-9:]{0,5}") {
            let _ = (parse(&string), parse(&near));
        }
    }
}
