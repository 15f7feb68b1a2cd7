//! What is logged: `--log` and `BSP_LOG`, such as `debug` or `debug,hyper=info`.

use benspamsphones_server::TALKATIVE;
use log::LevelFilter;
use tauri_plugin_log::Builder;

/// This program's own parts, which a level without a target is for. Other crates log only warnings, because their
/// details may contain secrets.
const OURS: [&str; 6] = [
    "benspamsphones",
    "benspamsphones_app",
    "benspamsphones_host",
    "benspamsphones_server",
    "twilio",
    "twilio_sandbox",
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogFilter {
    ours: LevelFilter,
    others: Vec<(String, LevelFilter)>,
}

impl LogFilter {
    /// # Errors
    /// When a part isn't a level, or a target with a level.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let level = |text: &str| {
            text.trim().parse().map_err(|_| "not a level; choose off, error, warn, info, debug or trace")
        };
        let mut filter = Self { ours: LevelFilter::Info, others: Vec::new() };
        for part in text.split(',').filter(|part| !part.trim().is_empty()) {
            match part.split_once('=') {
                Some((target, wanted)) => filter.others.push((target.trim().to_owned(), level(wanted)?)),
                None => filter.ours = level(part)?,
            }
        }
        let talks = |target: &str| {
            let name = target.split("::").next().unwrap_or_default();
            TALKATIVE.contains(&name)
        };
        for (target, wanted) in &mut filter.others {
            if talks(target) {
                *wanted = (*wanted).min(LevelFilter::Info);
            }
        }
        Ok(filter)
    }

    pub(crate) fn apply(&self, mut builder: Builder) -> Builder {
        builder = builder.level(LevelFilter::Warn.min(self.ours));
        for target in OURS {
            builder = builder.level_for(target, self.ours);
        }
        for (target, level) in &self.others {
            builder = builder.level_for(target.clone(), *level);
        }
        builder
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_for_this_program_unless_they_have_a_target() {
        let filter = LogFilter::parse("debug, hyper=info").unwrap();
        assert_eq!(filter.ours, LevelFilter::Debug);
        assert_eq!(filter.others, [("hyper".to_owned(), LevelFilter::Info)]);
        assert_eq!(LogFilter::parse("").unwrap().ours, LevelFilter::Info);
        assert!(LogFilter::parse("loud").is_err());
        assert!(LogFilter::parse("hyper=loud").is_err());
    }

    #[test]
    fn what_carries_ngroks_token_never_dumps_it() {
        for target in TALKATIVE {
            for target in [target.to_owned(), format!("{target}::session")] {
                let filter = LogFilter::parse(&format!("trace,{target}=trace")).unwrap();
                assert_eq!(filter.others, [(target, LevelFilter::Info)]);
            }
        }
    }
}
