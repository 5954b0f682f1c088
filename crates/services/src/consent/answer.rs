//! What an answer of Microsoft to a request for approval means. Pure.

use synchronizer_domain::consent::ConsentRefusal;
use synchronizer_providers::{ErrorKind, System, oidc};

use crate::attempts::CallbackParams;

/// Why an answer approves nothing for this organisation; none when it does.
///
/// `admin_consent=True` comes with errors too, so they are read first (microsoft.md §7).
pub(super) fn refusal(params: &CallbackParams, tid: &str) -> Option<ConsentRefusal> {
    if let Some(error) = &params.error {
        let description = params.error_description.as_deref().unwrap_or_default();
        let error = oidc::callback_error(System::Microsoft, error, description);
        return Some(match error.kind() {
            ErrorKind::ConsentDenied => ConsentRefusal::Declined,
            ErrorKind::AdminApproval => ConsentRefusal::NotAdministrator,
            ErrorKind::NeedsPerson => ConsentRefusal::OtherOrganisation,
            _ => ConsentRefusal::Provider,
        });
    }
    let yes = params.admin_consent.as_deref();
    if !yes.is_some_and(|said| said.eq_ignore_ascii_case("true")) {
        return Some(ConsentRefusal::Provider);
    }
    let same = |tenant: &String| tenant.eq_ignore_ascii_case(tid);
    (!params.tenant.as_ref().is_some_and(same)).then_some(ConsentRefusal::OtherOrganisation)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TID: &str = "7a1f0000-0000-4000-8000-00000000000a";

    fn params(query: &str) -> CallbackParams {
        let mut params = CallbackParams::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let value = Some(value.into_owned());
            match &*name {
                "admin_consent" => params.admin_consent = value,
                "tenant" => params.tenant = value,
                "error" => params.error = value,
                "error_description" => params.error_description = value,
                _ => {}
            }
        }
        params
    }

    #[test]
    fn only_a_yes_of_the_right_organisation_without_an_error_approves() {
        use ConsentRefusal::{Declined, NotAdministrator, OtherOrganisation, Provider};
        let other = "7a1f0000-0000-4000-8000-00000000000b";
        for (query, refused) in [
            (format!("admin_consent=True&tenant={TID}"), None),
            (
                format!("admin_consent=true&tenant={}", TID.to_uppercase()),
                None,
            ),
            (
                format!("admin_consent=True&tenant={other}"),
                Some(OtherOrganisation),
            ),
            ("admin_consent=True".to_owned(), Some(OtherOrganisation)),
            (
                "admin_consent=True&tenant=".to_owned(),
                Some(OtherOrganisation),
            ),
            (format!("tenant={TID}"), Some(Provider)),
            (format!("admin_consent=False&tenant={TID}"), Some(Provider)),
            (String::new(), Some(Provider)),
            (
                format!(
                    "admin_consent=True&tenant={TID}&error=consent_required&error_description=AADSTS65004%3A+declined"
                ),
                Some(Declined),
            ),
            (
                format!("admin_consent=True&tenant={TID}&error=access_denied"),
                Some(Declined),
            ),
            (
                "error=access_denied&error_description=AADSTS90094%3A+admin".to_owned(),
                Some(NotAdministrator),
            ),
            (
                "error=consent_required&error_description=AADSTS65001%3A+x".to_owned(),
                Some(NotAdministrator),
            ),
            (
                "error=invalid_request&error_description=AADSTS50020%3A+x".to_owned(),
                Some(OtherOrganisation),
            ),
            ("error=server_error".to_owned(), Some(Provider)),
            (
                "error=invalid_client&error_description=AADSTS7000222%3A+x".to_owned(),
                Some(Provider),
            ),
            ("error=".to_owned(), Some(Provider)),
        ] {
            assert_eq!(refusal(&params(&query), TID), refused, "{query}");
        }
    }
}
