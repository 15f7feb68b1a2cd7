//! What a start could not do as the owner had chosen. The server runs anyway, and Settings show this first.

use std::path::Path;

use benspamsphones_app::store::carried_over::Lost;

/// One such thing.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = Attention)]
pub struct StartupWarning {
    /// What it was, by name.
    pub code: StartupWarningCode,
    /// The same in a sentence, with the reason.
    #[schema(example = "The backup was not restored: there are calls in progress (1).")]
    pub sentence: String,
}

impl StartupWarning {
    /// The file with the owner's choices and its copy are damaged.
    pub fn choices_lost(data_dir: &Path, country_too: bool) -> Self {
        let file = data_dir.join("choices.json");
        let country = if country_too {
            " Until you choose a country again, no phone rings, and numbers without + are read as US numbers."
        } else {
            ""
        };
        let sentence = format!(
            "{} is empty or damaged, perhaps after a power failure, so your choices in Settings are lost. The \
             program started without them. Only this computer can open the switchboard, unless a flag says \
             otherwise.{country}",
            file.display()
        );
        Self { code: StartupWarningCode::ChoicesLost, sentence }
    }
}

impl StartupWarning {
    /// The authority that devices trust was replaced.
    pub fn certificate_replaced() -> Self {
        let sentence = "The certificate that vouches for this computer was replaced. Devices that trusted the old one \
                        show a warning until you install the new one on them: Settings, Network.";
        Self { code: StartupWarningCode::CertificateReplaced, sentence: sentence.into() }
    }
}

impl From<Lost> for StartupWarning {
    fn from(lost: Lost) -> Self {
        let code = match lost {
            Lost::Wishes => StartupWarningCode::WishesLost,
            Lost::Calls => StartupWarningCode::CallsLost,
            Lost::Access => StartupWarningCode::AccessLost,
        };
        Self { code, sentence: lost.sentence().into() }
    }
}

/// What could not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AttentionCode)]
pub enum StartupWarningCode {
    /// Phones were to ring, and the account that was kept could not be used: calls go to the sandbox.
    AccountUnusable,
    /// The owner's choices could not be read: the start went by none.
    ChoicesLost,
    /// A backup was to be restored, and a call had begun before the start.
    BackupNotRestored,
    /// Of a damaged database that was replaced, not all could be read of who is not to be called.
    WishesLost,
    /// Likewise of the latest calls, which the rules count.
    CallsLost,
    /// Likewise of who may come in.
    AccessLost,
    /// Devices that trust the certificate of this computer have to install another one.
    CertificateReplaced,
}
