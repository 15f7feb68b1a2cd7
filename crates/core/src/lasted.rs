//! Durations in the one form that both languages use.

/// "7 s", "1 min 5 s", "2 h 30 min".
pub fn lasted(seconds: u32) -> String {
    let parts = [(seconds / 3_600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let words: Vec<String> = parts.map(|(count, unit)| format!("{count} {unit}")).collect();
    if words.is_empty() { "0 s".into() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_that_count_nothing_are_left_out() {
        let all = [0, 7, 60, 65, 3_600, 3_725, 9_000].map(lasted);
        assert_eq!(all, ["0 s", "7 s", "1 min", "1 min 5 s", "1 h", "1 h 2 min 5 s", "2 h 30 min"]);
    }
}
