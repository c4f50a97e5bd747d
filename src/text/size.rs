//! Sizes in bytes, as people read and write them: "35 kB", "10 MB". Prefixes are decimal, as mail providers count.

/// Returns a size with at most one decimal.
pub fn format_size(octets: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    // A size that would be rounded to 1000 gets the next unit.
    match UNITS.iter().find(|(unit, _)| octets >= unit - unit / 2_000) {
        Some((unit, name)) => {
            let tenths = (octets * 10 + unit / 2) / unit;
            match tenths % 10 {
                _ if tenths >= 100 => format!("{} {name}", (octets + unit / 2) / unit),
                0 => format!("{} {name}", tenths / 10),
                tenth => format!("{}.{tenth} {name}", tenths / 10),
            }
        }
        None if octets == 1 => "1 byte".to_owned(),
        None => format!("{octets} bytes"),
    }
}

/// Parses a whole number and kB, MB or GB; from 1 kB to 1 GB.
pub fn parse_size(text: &str) -> Option<u64> {
    let text = text.trim();
    let at = text.find(|c: char| !c.is_ascii_digit())?;
    let unit = match text[at..].trim_start() {
        "kB" | "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        _ => return None,
    };
    let size = text[..at].parse::<u64>().ok()?.checked_mul(unit)?;
    (1_000..=1_000_000_000).contains(&size).then_some(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_with_one_decimal_at_most() {
        for (octets, text) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1_000, "1 kB"),
            (1_049, "1 kB"),
            (1_050, "1.1 kB"),
            (35_400, "35 kB"),
            (999_600, "1 MB"),
            (10_000_000, "10 MB"),
            (12_345_678, "12 MB"),
        ] {
            assert_eq!(format_size(octets), text);
        }
    }

    #[test]
    fn a_size_has_a_unit() {
        assert_eq!(
            ["10MB", "10 MB", "500kB", "1GB"].map(parse_size),
            [Some(10_000_000), Some(10_000_000), Some(500_000), Some(1_000_000_000)]
        );
        assert_eq!(["10", "MB", "-1MB", "1.5MB", "10MiB", "0kB", "2GB", ""].map(parse_size), [None; 8]);
    }
}
