//! Values that a spreadsheet or a wrong character encoding damaged: they look like data, but the original is lost.
//!
//! Each function recognises one kind of damage by the form of the string alone, and is strict: a string that a person
//! could have meant is not reported. They are written without regular expressions, which would be larger than the rest
//! of the crate.

use crate::case::to_lower_case;
use crate::email::{is_blank, trim_blank};

/// What Excel, Google Sheets and LibreOffice show in a cell whose formula failed, in every language that translates it;
/// in upper case, separated by spaces.
const ERROR_CELLS: &str = concat!(
    // English. Japanese, Chinese and Korean use the same.
    "#N/A #REF! #VALUE! #NAME? #DIV/0! #NUM! #NULL! #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT! #BUSY!",
    " #UNKNOWN! #EXTERNAL! #PYTHON! #TIMEOUT! #GETTING_DATA #ERROR!",
    // German.
    " #NV #WERT! #BEZUG! #ZAHL! #ÜBERLAUF! #KALK! #FELD! #BLOCKIERT!",
    // French.
    " #VALEUR! #NOM? #NOMBRE! #NUL! #PROPAGATION! #EPARS! #CHAMP!",
    // Spanish.
    " #¡VALOR! #¿NOMBRE? #¡NUM! #¡REF! #¡DIV/0! #¡NULO! #¡CALC! #¡CAMPO! #¡DESBORDAMIENTO! #DESBORDAMIENTO!",
    // Italian and Portuguese.
    " #N/D #VALORE! #VALOR! #NOME? #RIF! #NULLO! #NULO! #NÚM! #ESPANSIONE! #DESPEJAR! #CAMPO!",
    // Dutch.
    " #N/B #WAARDE! #NAAM? #VERW! #GETAL! #DEEL/0! #LEEG! #OVERLOOP! #VELD!",
    // Swedish, Danish, Norwegian and Finnish.
    " #SAKNAS! #VÄRDEFEL! #NAMN? #REFERENS! #OGILTIGT! #DIVISION/0! #SKÄRNING! #I/T #VÆRDI! #NAVN?",
    " #REFERENCE! #VERDI! #PUUTTUU! #ARVO! #NIMI? #VIITTAUS! #LUKU! #JAKO/0! #TYHJÄ!",
    // Polish, Czech, Slovak and Hungarian.
    " #N/D! #ARG! #NAZWA? #ADR! #LICZBA! #DZIEL/0! #ZERO! #HODNOTA! #ODKAZ! #NÁZEV? #ČÍSLO! #DĚLENÍ_NULOU!",
    " #NENÍ_K_DISPOZICI #NÁZOV? #DELENIENULOU! #NEPLATNÝ! #NEDOSTUPNÝ #ÉRTÉK! #NÉV? #HIV! #SZÁM! #ZÉRÓOSZTÓ!",
    " #NULLA! #HIÁNYZIK",
    // Russian and Turkish.
    " #Н/Д #ЗНАЧ! #ИМЯ? #ССЫЛКА! #ЧИСЛО! #ДЕЛ/0! #ПУСТО! #ПЕРЕНОС! #ВЫЧИСЛ! #YOK #DEĞER! #AD? #BAŞV! #SAYI!",
    " #SAYI/0! #BOŞ! #TAŞMA!",
);

/// Whether a string is the error of a spreadsheet cell, such as `#N/A` or `#WERT!`, LibreOffice's `Err:502`, or the
/// `#####` of a column that was too narrow when it was exported. Case is ignored, and so are whitespace and invisible
/// characters around the string.
#[must_use]
pub fn is_error_cell(string: &str) -> bool {
    if !string.bytes().any(|byte| matches!(byte, b'#' | b':')) {
        return false;
    }
    let string = trim_blank(string);
    if let Some(number) = string.strip_prefix("Err:") {
        return number.len() == 3 && number.bytes().all(|b| b.is_ascii_digit());
    }
    if !string.starts_with('#') {
        return false;
    }
    let is_too_narrow = string.len() >= 3 && string.bytes().all(|b| b == b'#');
    let lower = to_lower_case(string);
    is_too_narrow || ERROR_CELLS.split(' ').any(|error| to_lower_case(error) == lower)
}

/// Whether a string is a number as Excel writes a long one: digits, perhaps `.` or `,` and more digits, `E`, a sign,
/// two or three digits. `4.91701E+11` has lost the last digits of a telephone number; `12E4`, without a sign, may be a
/// code.
#[must_use]
pub fn is_scientific(string: &[u8]) -> bool {
    let string = string.trim_ascii();
    let string = string.strip_prefix(b"-").unwrap_or(string);
    let Some(rest) = after_digits(string, 1, usize::MAX) else {
        return false;
    };
    let rest = match rest {
        [b'.' | b',', decimals @ ..] => after_digits(decimals, 1, usize::MAX),
        whole => Some(whole),
    };
    match rest {
        Some([b'E' | b'e', b'+' | b'-', exponent @ ..]) => after_digits(exponent, 2, 3).is_some_and(<[u8]>::is_empty),
        _ => false,
    }
}

/// Returns what follows the digits at the start of a string, or `None` if their number is not in this range.
fn after_digits(string: &[u8], min: usize, max: usize) -> Option<&[u8]> {
    let count = string.iter().take_while(|b| b.is_ascii_digit()).count();
    (min..=max).contains(&count).then(|| string.get(count..)).flatten()
}

/// Whether a UTF-8 string holds U+FFFD, which replaces what could not be decoded: the string was read with the wrong
/// encoding.
#[must_use]
pub fn has_replacement(string: &[u8]) -> bool {
    // Whole files are searched; the first byte is rare, and the search for one byte is fast.
    string.contains(&0xef) && string.windows(3).any(|three| three == "\u{fffd}".as_bytes())
}

/// Whether a key was made by a parser for cells without a header, not written by a person: it is blank,
/// `__parsed_extra` of Papa Parse, or `__EMPTY` or `__EMPTY_1` of SheetJS.
#[must_use]
pub fn is_artefact(key: &str) -> bool {
    let is_numbered = |rest: &str| {
        rest.strip_prefix('_')
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    is_blank(key)
        || key == "__parsed_extra"
        || key
            .strip_prefix("__EMPTY")
            .is_some_and(|rest| rest.is_empty() || is_numbered(rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn errors_of_spreadsheets_are_recognised() {
        for error in [
            "#N/A",
            "#n/a",
            " #REF! ",
            "\u{feff}#NV",
            "#WERT!",
            "#wert!",
            "#ÜBERLAUF!",
            "#überlauf!",
            "#¿NOMBRE?",
            "#Н/Д",
            "Err:502",
            "\u{200b}Err:999 ",
            "###",
            "#####",
        ] {
            assert!(is_error_cell(error), "{error}");
        }
        for value in [
            "",
            "#",
            "##",
            "#1",
            "#hr",
            "N/A",
            "NV",
            "#N/A or more",
            "#NAME",
            "C#",
            "#EXT#",
            "Err:",
            "Err:5",
            "Err:5022",
            "Err:5x2",
            "xErr:502",
            "###x",
            "Error:502",
            "Ada #N/A",
        ] {
            assert!(!is_error_cell(value), "{value}");
        }
    }

    #[test]
    fn each_error_is_in_upper_case_and_listed_once() {
        let errors: Vec<&str> = ERROR_CELLS.split(' ').collect();
        for (at, error) in errors.iter().enumerate() {
            assert_eq!(**error, error.to_uppercase());
            assert!(error.starts_with('#') && !errors[..at].contains(error), "{error:?}");
            assert!(is_error_cell(error) && is_error_cell(&error.to_lowercase()), "{error}");
        }
    }

    #[test]
    fn keys_that_parsers_made_are_recognised() {
        for key in ["", " ", "\u{feff}", "__parsed_extra", "__EMPTY", "__EMPTY_12"] {
            assert!(is_artefact(key), "{key:?}");
        }
        for key in [
            "title",
            "__EMPTY_",
            "__EMPTY_x",
            "__EMPTYING",
            "EMPTY",
            "__parsed_extra2",
        ] {
            assert!(!is_artefact(key), "{key:?}");
        }
    }

    #[test]
    fn numbers_that_excel_shortened_are_recognised() {
        for damaged in [
            "4.91701E+11",
            "4,91701E+11",
            "5E+12",
            "1.2E-05",
            "-4.9E+11",
            "1E+100",
            "4.91701e+11",
            " 4.91701E+11 ",
        ] {
            assert!(is_scientific(damaged.as_bytes()), "{damaged}");
        }
        for value in [
            "",
            "12E4",
            "12E+4",
            "1E+1000",
            "E+11",
            ".5E+11",
            "4.E+11",
            "4.9E+1x",
            "4.9.1E+11",
            "4.9E+11 a",
            "491701",
            "A1E+11",
        ] {
            assert!(!is_scientific(value.as_bytes()), "{value}");
        }
    }

    proptest! {
        #[test]
        fn every_number_that_excel_shortens_is_recognised(whole in "[0-9]{1,3}", decimals in "([.,][0-9]{1,9})?", exponent in "[+-][0-9]{2,3}") {
            let text = format!("{whole}{decimals}E{exponent}");
            prop_assert!(is_scientific(text.as_bytes()));
        }

        #[test]
        fn a_replacement_is_found_wherever_it_is(before in ".*", after in ".*") {
            let damaged = format!("{before}\u{fffd}{after}");
            prop_assert!(has_replacement(damaged.as_bytes()));
            prop_assert_eq!(has_replacement(before.as_bytes()), before.contains('\u{fffd}'));
        }

        #[test]
        fn any_string_can_be_checked(text in any::<String>()) {
            let _ = (is_error_cell(&text), is_scientific(text.as_bytes()), has_replacement(text.as_bytes()));
        }
    }
}
