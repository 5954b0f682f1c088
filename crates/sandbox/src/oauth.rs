//! What both identity providers do alike: parameters, redirect URIs, PKCE, client
//! authentication, and the store of attempts, codes and tokens.

mod grants;
mod params;
mod redirect;

pub(crate) use grants::{Attempt, CodeError, Grant, Grants};
pub(crate) use params::{ClientAuth, Params, client_auth};
pub(crate) use redirect::{is_redirect_allowed, redirect_back, see_other};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// Codes live ten minutes at both providers.
pub(crate) const CODE_LIFETIME: i64 = 600;
/// How long a sign-in page stays usable.
pub(crate) const ATTEMPT_LIFETIME: i64 = 1_800;

/// The code challenge of RFC 7636.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// The verifier itself.
    Plain(String),
    /// base64url of the verifier's SHA-256.
    S256(String),
}

impl Challenge {
    /// Reads `code_challenge` and `code_challenge_method`; the method's default is
    /// `plain` at both providers.
    pub(crate) fn read(params: &Params) -> Result<Option<Self>, &'static str> {
        let method = params.get("code_challenge_method");
        let Some(value) = params.get("code_challenge") else {
            return match method {
                Some(_) => Err("code_challenge_method without code_challenge"),
                None => Ok(None),
            };
        };
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
        if !(43..=128).contains(&value.len()) || !value.chars().all(allowed) {
            return Err("code_challenge must have 43 to 128 unreserved characters");
        }
        match method {
            Some("S256") => Ok(Some(Self::S256(value.to_owned()))),
            None | Some("plain") => Ok(Some(Self::Plain(value.to_owned()))),
            Some(_) => Err("code_challenge_method must be S256 or plain"),
        }
    }

    /// Whether the verifier of the token request is the right one. A verifier without a
    /// challenge is as wrong as a challenge without a verifier (RFC 9700 §2.1.1).
    pub(crate) fn accepts(challenge: Option<&Self>, verifier: Option<&str>) -> bool {
        match (challenge, verifier) {
            (None, None) => true,
            (Some(Self::Plain(expected)), Some(verifier)) => expected == verifier,
            (Some(Self::S256(expected)), Some(verifier)) => {
                *expected == URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
            }
            _ => false,
        }
    }
}

/// A checked authorization request.
#[derive(Clone)]
pub(crate) struct AuthRequest {
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) challenge: Option<Challenge>,
    pub(crate) scope: Vec<String>,
    /// The tenant of the address: `common`, `organizations`, a GUID, a `ctx`.
    pub(crate) tenant: String,
    pub(crate) login_hint: Option<String>,
    pub(crate) prompt: Option<String>,
    /// Lasting access was asked for by a parameter of its own (Google).
    pub(crate) offline: bool,
}

#[cfg(test)]
mod tests {
    use super::{Challenge, Params};

    // The example of RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn read(query: &str) -> Result<Option<Challenge>, &'static str> {
        Challenge::read(&Params::parse(query.as_bytes()).unwrap())
    }

    #[test]
    fn the_verifier_of_the_rfc_matches() {
        let challenge = read(&format!(
            "code_challenge={CHALLENGE}&code_challenge_method=S256"
        ))
        .unwrap();
        assert!(Challenge::accepts(challenge.as_ref(), Some(VERIFIER)));
        assert!(!Challenge::accepts(challenge.as_ref(), Some(CHALLENGE)));
        assert!(!Challenge::accepts(challenge.as_ref(), None));
    }

    #[test]
    fn without_a_method_the_challenge_is_plain() {
        let challenge = read(&format!("code_challenge={CHALLENGE}")).unwrap();
        assert!(Challenge::accepts(challenge.as_ref(), Some(CHALLENGE)));
        assert!(!Challenge::accepts(challenge.as_ref(), Some(VERIFIER)));
    }

    #[test]
    fn a_verifier_nobody_announced_is_refused() {
        assert!(!Challenge::accepts(None, Some(VERIFIER)));
    }

    #[test]
    fn malformed_challenges_are_refused() {
        assert!(read("code_challenge=short&code_challenge_method=S256").is_err());
        assert!(
            read(&format!(
                "code_challenge={CHALLENGE}&code_challenge_method=S512"
            ))
            .is_err()
        );
        assert!(read("code_challenge_method=S256").is_err());
    }
}
