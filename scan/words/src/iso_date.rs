//! Milliseconds since 1970 as dates of ISO 8601, in UTC.

const DAY_MS: i64 = 86_400_000;
/// The days from 0000-03-01 to 1970-01-01. Years begin in March here, so that a leap day is the last day of its year.
const DAYS_BEFORE_1970: i64 = 719_468;
/// The first and the last millisecond of the years 1 to 9999.
const FIRST_MS: i64 = -62_135_596_800_000;
const LAST_MS: i64 = 253_402_300_799_999;

/// Returns the date of some milliseconds since 1970 in UTC: `2024-03-01` if they are a midnight, else with a time, as
/// `2024-03-01T09:30:00Z` or `2024-03-01T09:30:00.250Z`. Returns `None` if the year has not one to four digits.
#[must_use]
pub fn iso_date(ms: i64) -> Option<String> {
    if !(FIRST_MS..=LAST_MS).contains(&ms) {
        return None;
    }
    let days = u32::try_from(ms.div_euclid(DAY_MS).wrapping_add(DAYS_BEFORE_1970)).ok()?;
    let time = u32::try_from(ms.rem_euclid(DAY_MS)).ok()?;
    // The Gregorian calendar repeats after 400 years, which have 146,097 days.
    let (era, day) = (days / 146_097, days % 146_097);
    let leap_days = (day / 1_460).wrapping_add(day / 146_096).wrapping_sub(day / 36_524);
    let year = day.wrapping_sub(leap_days) / 365;
    let first_day = year.wrapping_mul(365).wrapping_add(year / 4).wrapping_sub(year / 100);
    let day = day.wrapping_sub(first_day);
    // Five months from March on have 153 days.
    let month = day.wrapping_mul(5).wrapping_add(2) / 153;
    let day = day
        .wrapping_sub(month.wrapping_mul(153).wrapping_add(2) / 5)
        .wrapping_add(1);
    let year = era.wrapping_mul(400).wrapping_add(year).wrapping_add(month / 10);
    let month = (month.wrapping_add(2) % 12).wrapping_add(1);
    let mut date = format!("{year:04}-{month:02}-{day:02}");
    if time > 0 {
        let (hours, minutes, seconds) = (time / 3_600_000, time / 60_000 % 60, time / 1000 % 60);
        date += &format!("T{hours:02}:{minutes:02}:{seconds:02}");
        if time % 1000 > 0 {
            date += &format!(".{:03}", time % 1000);
        }
        date.push('Z');
    }
    Some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_midnight_is_a_day_and_any_other_instant_has_a_time() {
        for (ms, date) in [
            (0, Some("1970-01-01")),
            (1_423_267_200_000, Some("2015-02-07")),
            (951_782_400_000, Some("2000-02-29")),
            (951_868_800_000, Some("2000-03-01")),
            (-1, Some("1969-12-31T23:59:59.999Z")),
            (1_709_285_400_000, Some("2024-03-01T09:30:00Z")),
            (1_709_285_400_250, Some("2024-03-01T09:30:00.250Z")),
            (FIRST_MS, Some("0001-01-01")),
            (LAST_MS, Some("9999-12-31T23:59:59.999Z")),
            (FIRST_MS - 1, None),
            (LAST_MS + 1, None),
            (i64::MIN, None),
            (i64::MAX, None),
        ] {
            assert_eq!(iso_date(ms).as_deref(), date, "{ms}");
        }
    }
}
