//! Every path of the portal, in one place: routers, redirects, mails and tests build
//! addresses from here.

use crate::ids::{ActivationId, AttemptId, BatchId, LinkId, ProfileId};
use crate::link::Side;

/// Start page; sends on to profiles, the person's own page or the sign-in.
pub const HOME: &str = "/";
/// Sign-in page.
pub const SIGN_IN: &str = "/sign-in";
/// Ends the session (POST).
pub const SIGN_OUT: &str = "/sign-out";
/// Confirms the sign-up of a new company.
pub const SIGN_UP: &str = "/sign-up";
/// A linked person's own page.
pub const ME: &str = "/me";
/// Stores the language of the person's pages and mails (POST).
pub const MY_LANGUAGE: &str = "/me/language";
/// Profile overview.
pub const PROFILES: &str = "/profiles";
/// The company, its administrators, one's own sign-ins.
pub const ACCOUNT: &str = "/account";
/// Leaves for SuperOffice to replace the CRM connection (POST).
pub const CRM_CONNECTION: &str = "/account/crm";
/// What was done, by whom.
pub const AUDIT: &str = "/audit";
/// The same as a file.
pub const AUDIT_EXPORT: &str = "/audit/export.csv";
/// Everybody who is linked, over all profiles.
pub const STATUS: &str = "/status";
/// The same as a file.
pub const STATUS_EXPORT: &str = "/status/export.csv";
/// First wizard step.
pub const NEW_PROFILE: &str = "/profiles/new";
/// Change notices of the signed-in person's tenant (server-sent events).
pub const EVENTS: &str = "/events";
/// Prefix of all server functions.
pub const API: &str = "/api";
/// The process is alive.
pub const HEALTH: &str = "/health";
/// The process can serve: database reachable, migrations done.
pub const READY: &str = "/ready";
/// SuperOffice's redirect URI.
pub const SUPEROFFICE_CALLBACK: &str = "/auth/superoffice/callback";
/// Microsoft's redirect URI.
pub const MICROSOFT_CALLBACK: &str = "/auth/microsoft/callback";
/// Google's redirect URI.
pub const GOOGLE_CALLBACK: &str = "/auth/google/callback";
/// Query parameter that changes the language of a page.
pub const LANGUAGE_PARAM: &str = "lang";
/// Query parameter of an activation: the mishap that its page says again, in another language.
pub const MISHAP_PARAM: &str = "mishap";

/// The page of a mishap about which nothing else is known, by its word.
#[must_use]
pub fn mishap(word: &str) -> String {
    format!("/mishap/{word}")
}

/// The page that leaves for an identity provider by GET, so that no form's redirect
/// crosses sites (CSP `form-action`).
#[must_use]
pub fn leave(attempt: AttemptId) -> String {
    format!("/auth/go/{attempt}")
}

/// An invitation. The path is redacted in logs.
#[must_use]
pub fn invitation(secret: &str) -> String {
    format!("/i/{secret}")
}

/// The current step of an activation.
#[must_use]
pub fn activation(id: ActivationId) -> String {
    format!("/activate/{id}")
}

/// A form of an activation: `superoffice`, `microsoft`, `google`, `caldav`, `calendar`.
#[must_use]
pub fn activation_step(id: ActivationId, step: &str) -> String {
    format!("/activate/{id}/{step}")
}

/// The activation to which a path belongs, as a path.
#[must_use]
pub fn activation_of(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("/activate/")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    path.get(..path.len() - rest.len() + end)
        .filter(|_| end > 0)
}

/// Connects a half of a signed-in person's own link anew, though it works (POST).
#[must_use]
pub fn reconnect_link(link: LinkId, side: Side) -> String {
    format!("/me/links/{link}/reconnect/{}", side.word())
}

/// What a signed-in person does with their own link (POST): `continue` with what it lacks,
/// `pause`, `resume`; and the page `calendar`.
#[must_use]
pub fn own_link(link: LinkId, deed: &str) -> String {
    format!("/me/links/{link}/{deed}")
}

/// Starts the admin's directory sign-in of a profile (POST).
#[must_use]
pub fn directory_sign_in(profile: ProfileId) -> String {
    format!("/profiles/{profile}/directory")
}

/// A page of a profile: `systems`, `settings`, `link-users`.
#[must_use]
pub fn profile_page(profile: ProfileId, page: &str) -> String {
    format!("/profiles/{profile}/{page}")
}

/// Takes a list of pairs (POST); leads back to the page that shows it.
#[must_use]
pub fn import(profile: ProfileId) -> String {
    format!("/profiles/{profile}/import")
}

/// Whether a path is one of [`import`].
#[must_use]
pub fn is_import(path: &str) -> bool {
    path.starts_with("/profiles/") && path.ends_with("/import")
}

/// Takes a file with the people of a calendar system that cannot list them (POST); leads back
/// to *Configure Systems*, where its lines stand in the field.
#[must_use]
pub fn people_file(profile: ProfileId) -> String {
    format!("/profiles/{profile}/people-file")
}

/// A list of pairs to be filled in.
#[must_use]
pub fn import_template(profile: ProfileId) -> String {
    format!("/profiles/{profile}/import/template.csv")
}

/// The linked users of a profile as a file; what of them, as the page's address says it.
#[must_use]
pub fn linked_users_file(profile: ProfileId, query: &str) -> String {
    format!("/profiles/{profile}/linked-users.csv{query}")
}

/// A text as the value of a parameter of an address.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

/// What became of each row of a batch, as a file.
#[must_use]
pub fn batch_results(batch: BatchId) -> String {
    format!("/batches/{batch}/results.csv")
}

/// The page for the administrator of an organisation at Microsoft. The path is redacted in
/// logs.
#[must_use]
pub fn consent(secret: &str) -> String {
    format!("/consent/{secret}")
}

/// Leaves for Microsoft to approve for the organisation of a profile (POST).
#[must_use]
pub fn consent_approval(profile: ProfileId) -> String {
    format!("/profiles/{profile}/consent")
}

/// A path that is itself a secret, as it may be shown.
#[must_use]
pub fn redacted(path: &str) -> Option<&'static str> {
    if path.starts_with("/i/") {
        Some("/i/[secret]")
    } else if path.starts_with("/consent/") {
        Some("/consent/[secret]")
    } else {
        None
    }
}

/// Whether a path carries a secret.
#[must_use]
pub fn is_secret(path: &str) -> bool {
    redacted(path).is_some()
}

/// A path that may follow a sign-in: one of ours, never another site's.
#[must_use]
pub fn safe_return(path: &str) -> Option<&str> {
    let ours = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.chars().any(char::is_control)
        && path.len() <= 512;
    ours.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_path_never_leaves_the_portal() {
        for good in ["/", "/profiles?state=active", "/profiles/1/link-users"] {
            assert_eq!(safe_return(good), Some(good));
        }
        for bad in [
            "",
            "profiles",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\nb",
        ] {
            assert_eq!(safe_return(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_value_of_an_address_stays_one() {
        assert_eq!(
            escaped("Zoë & Per+1=?#"),
            "Zo%C3%AB%20%26%20Per%2B1%3D%3F%23"
        );
        assert_eq!(escaped("a-b_c.d~9"), "a-b_c.d~9");
    }

    #[test]
    fn the_steps_of_an_activation_belong_to_it() {
        for (path, of) in [
            ("/activate/1", Some("/activate/1")),
            ("/activate/1/google-calendar", Some("/activate/1")),
            ("/activate/1?lang=de", Some("/activate/1")),
            ("/activate/", None),
            ("/me", None),
        ] {
            assert_eq!(activation_of(path), of, "{path}");
        }
    }
}
