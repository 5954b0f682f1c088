//! What can go wrong before a mail leaves us.

/// A mail could not be made, or the SMTP settings cannot work. The texts never hold
/// addresses of invitations, passwords or the content of a mail.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// A template does not compile or asks for a value that does not exist.
    #[error("the mail template {name} cannot be used: {reason}")]
    Template {
        /// Path below `templates/`.
        name: String,
        /// Kind of the mistake and its line, never a value.
        reason: String,
    },
    /// The table of months of a language cannot be read.
    #[error("the dates of the language {locale} cannot be used: {reason}")]
    Dates {
        /// BCP 47 tag.
        locale: &'static str,
        /// What the parser said.
        reason: String,
    },
    /// The address of the invitation is not one that survives every mail client.
    #[error("the address in the mail is not a plain http or https address")]
    Url,
    /// A sender, recipient or reply address cannot be used.
    #[error("the {role} address cannot be used in a mail")]
    Address {
        /// `sender`, `recipient` or `reply`.
        role: &'static str,
    },
    /// The Message-ID is not `local@domain` of plain characters.
    #[error("the message id cannot be used in a mail")]
    MessageId,
    /// The parts could not be joined to a message.
    #[error("the mail could not be put together: {0}")]
    Compose(String),
    /// The SMTP address or certificate in the settings cannot work.
    #[error("the SMTP settings cannot work: {0}")]
    Settings(String),
}
