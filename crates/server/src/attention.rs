//! What a start could not do as the owner had chosen it. The server runs all the same, and Settings say this first.

/// One such thing.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Attention {
    /// What it was, by name.
    pub code: AttentionCode,
    /// The same in a sentence, with the reason.
    #[schema(example = "The backup was not restored: calls are under way (1).")]
    pub sentence: String,
}

/// What could not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttentionCode {
    /// Phones were to ring, and the account that was kept could not be used: calls go to the sandbox.
    AccountUnusable,
    /// A backup was to be restored, and a call had begun before the start.
    BackupNotRestored,
}
