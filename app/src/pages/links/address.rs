//! What a table shows, as its address says it.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use synchronizer_domain::ids::ProfileId;
use synchronizer_domain::routes::escaped;
use synchronizer_domain::status::LinksQuery;

/// What the parameters of an address ask for; on a profile's page only its own links.
pub fn asked(parameters: &ParamsMap, profile: Option<ProfileId>) -> LinksQuery {
    let query = LinksQuery::read(|name| parameters.get(name));
    match profile {
        None => query,
        Some(id) => LinksQuery {
            profile: Some(id),
            system: None,
            ..query
        },
    }
}

/// The parameters that ask for this, beginning with `?`.
pub fn address(query: &LinksQuery, profile: Option<ProfileId>) -> String {
    let parameters = query.parameters().into_iter();
    let parameters = parameters.filter(|(name, _)| profile.is_none() || *name != "profile");
    let parts: Vec<_> = parameters
        .map(|(name, value)| format!("{name}={}", escaped(&value)))
        .collect();
    format!("?{}", parts.join("&"))
}

/// What the present address asks for.
pub fn use_links_query(profile: Option<ProfileId>) -> Memo<LinksQuery> {
    let parameters = use_query_map();
    Memo::new(move |_| parameters.with(|parameters| asked(parameters, profile)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profiles_page_keeps_to_its_profile() {
        let id: ProfileId = "01890000-0000-7000-8000-000000000001".parse().unwrap();
        let mut parameters = ParamsMap::new();
        parameters.insert("q", "zoë & co".to_owned());
        parameters.insert("system", "caldav".to_owned());
        let anywhere = asked(&parameters, None);
        assert!(anywhere.profile.is_none() && anywhere.system.is_some());
        let here = asked(&parameters, Some(id));
        assert_eq!((here.profile, here.system), (Some(id), None));
        let written = address(&here, Some(id));
        assert_eq!(written, "?q=zo%C3%AB%20%26%20co");
        assert!(address(&here, None).contains(&id.to_string()));
        assert_eq!(address(&LinksQuery::default(), None), "?");
    }
}
