//! The company's base time zone (superoffice.md §5.4): the CRM tells its number, and a list
//! which of the world's names that is.

use secrecy::SecretString;
use serde::Deserialize;
use synchronizer_domain::ids::ContextId;

use super::{SYSTEM, SuperOffice};
use crate::error::ProviderError;

#[derive(Deserialize)]
struct Base {
    #[serde(rename = "TZLocationID")]
    location: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Item {
    id: u64,
    #[serde(default)]
    extra_info: Option<String>,
}

impl SuperOffice {
    /// The IANA name of the company's base time zone, such as `Europe/Oslo`; none when the
    /// CRM does not name it.
    ///
    /// # Errors
    /// As [`Self::current_principal`].
    #[tracing::instrument(skip_all)]
    pub async fn base_time_zone(
        &self,
        context: &ContextId,
        access: &SecretString,
    ) -> Result<Option<String>, ProviderError> {
        let base = self.get(context, access, "v1/TimeZone/base", &[]).await?;
        let base: Base = base.json(SYSTEM)?;
        let names = self
            .get(context, access, "v1/MDOList/timezoneiana", &[])
            .await?;
        let names: Vec<Item> = names.json(SYSTEM)?;
        let item = names.into_iter().find(|item| item.id == base.location);
        Ok(item
            .and_then(|item| item.extra_info)
            .and_then(|info| iana(&info)))
    }
}

/// The name in `countryId=578&locationCode=NO&isActive=True&IANA=Europe/Oslo`.
fn iana(info: &str) -> Option<String> {
    let (_, name) = url::form_urlencoded::parse(info.as_bytes())
        .find(|(key, _)| key.eq_ignore_ascii_case("iana"))?;
    let is_name = (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/_-+".contains(&byte));
    is_name.then(|| name.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_zone_is_found_among_the_rest() {
        for (info, name) in [
            (
                "countryId=578&locationCode=NO&isActive=True&IANA=Europe/Oslo",
                Some("Europe/Oslo"),
            ),
            (
                "IANA=America%2FPort-au-Prince",
                Some("America/Port-au-Prince"),
            ),
            ("countryId=1&IANA=", None),
            ("IANA=<b>", None),
            ("countryId=1", None),
            ("", None),
        ] {
            assert_eq!(iana(info).as_deref(), name, "{info}");
        }
        // A plus sign is a blank in such texts: better none than a wrong one.
        assert_eq!(iana("IANA=Etc/GMT+1"), None);
    }
}
