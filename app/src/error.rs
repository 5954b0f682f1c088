//! What a server function answers when it did not do what it was asked.

use leptos::prelude::use_context;
use leptos::server::ServerActionError;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr, ServerFnUrlError};
use serde::{Deserialize, Serialize};
use synchronizer_domain::{ErrorCode, UseCaseError, routes};

use crate::i18n::Texts;
use crate::wire::Wire;

/// A refusal of the use case, or of the way to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AppError {
    /// The use case refused.
    #[error(transparent)]
    UseCase(#[from] UseCaseError),
    /// The arguments could not be read; the technical reason stays on the server.
    #[error("the request could not be read")]
    BadRequest,
    /// The server was not reached, or its answer could not be read.
    #[error("no answer")]
    Transport,
}

impl FromServerFnError for AppError {
    type Encoder = Wire;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                #[cfg(feature = "ssr")]
                crate::ssr::set_status(400);
                Self::BadRequest
            }
            // On the server only requests are read.
            #[cfg(feature = "ssr")]
            ServerFnErrorErr::Deserialization(_) => {
                crate::ssr::set_status(400);
                Self::BadRequest
            }
            _ => Self::Transport,
        }
    }
}

impl AppError {
    /// The page or row does not exist.
    #[must_use]
    pub const fn not_found() -> Self {
        Self::UseCase(UseCaseError::NotFound)
    }

    /// The HTTP status that belongs to it.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::UseCase(error) => error.status(),
            Self::BadRequest => 400,
            Self::Transport => 502,
        }
    }

    /// Whether the session is over.
    #[must_use]
    pub const fn is_signed_out(&self) -> bool {
        matches!(self, Self::UseCase(UseCaseError::Unauthenticated))
    }

    /// What is wrong with a field, by its name in the form.
    #[must_use]
    pub fn field(&self, name: &str) -> Vec<ErrorCode> {
        match self {
            Self::UseCase(UseCaseError::Invalid { fields }) => fields
                .iter()
                .filter(|error| error.field == name)
                .map(|error| error.code.clone())
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The first wrong field.
    #[must_use]
    pub fn first_field(&self) -> Option<&str> {
        match self {
            Self::UseCase(UseCaseError::Invalid { fields }) => {
                fields.first().map(|error| error.field.as_str())
            }
            _ => None,
        }
    }

    /// The sentence for the person.
    #[must_use]
    pub fn sentence(&self, texts: Texts) -> String {
        match self {
            Self::UseCase(UseCaseError::Unauthenticated) => texts.t("portal.error.signed_out"),
            Self::UseCase(UseCaseError::Forbidden) => texts.t("portal.error.forbidden"),
            Self::UseCase(UseCaseError::NotFound) => texts.t("portal.error.not_found"),
            Self::UseCase(UseCaseError::Invalid { .. }) => texts.t("portal.error.invalid"),
            Self::UseCase(UseCaseError::Refused { reason }) => texts.error(reason),
            Self::UseCase(UseCaseError::Internal { reference }) => {
                texts.with("portal.error.internal", &[("reference", reference)])
            }
            Self::BadRequest => texts.t("portal.error.bad_request"),
            Self::Transport => texts.t("portal.error.transport"),
        }
    }
}

/// The refusal of a form that was posted without script: the page was opened again with
/// it in its address.
#[must_use]
pub fn posted(server_fn: &str) -> Option<AppError> {
    let error = use_context::<ServerActionError>()?;
    (error.path() == server_fn).then(|| ServerFnUrlError::<AppError>::decode_err(error.err()))
}

/// The sign-in page that leads back to a path.
#[must_use]
pub fn sign_in_address(return_to: &str) -> String {
    let mut address = format!("{}?ended=1&return=", routes::SIGN_IN);
    for byte in return_to.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            address.push_str(&format!("%{byte:02X}"));
        }
    }
    address
}

/// Leaves for the sign-in when the session is over; other errors stay where they are.
pub fn leave_when_signed_out(error: &AppError) {
    if !error.is_signed_out() {
        return;
    }
    #[cfg(feature = "ssr")]
    crate::ssr::redirect_to_sign_in();
    #[cfg(feature = "hydrate")]
    {
        let location = leptos::prelude::window().location();
        let path = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
        _ = location.set_href(&sign_in_address(&path));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire;

    #[test]
    fn a_return_path_keeps_its_query_as_one_parameter() {
        assert_eq!(
            sign_in_address("/profiles?state=active&q=å"),
            "/sign-in?ended=1&return=/profiles%3Fstate%3Dactive%26q%3D%C3%A5"
        );
    }

    #[test]
    fn errors_survive_the_wire() {
        for error in [
            AppError::Transport,
            AppError::not_found(),
            AppError::UseCase(UseCaseError::field("name", ErrorCode::TooLong { max: 120 })),
            AppError::UseCase(UseCaseError::refused(ErrorCode::CrmUserLinked {
                name: "Zoë".to_owned(),
                profile: "Oslo".to_owned(),
            })),
        ] {
            let text = wire::write(&error).unwrap();
            assert_eq!(wire::read::<AppError>(&text), Ok(error), "{text}");
        }
    }
}
