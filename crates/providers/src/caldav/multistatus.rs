//! Multistatus answers (RFC 4918 §13): per response the properties of its 200 propstats,
//! and addresses resolved against the request.

use percent_encoding::percent_decode_str;
use url::Url;

use super::DAV;
use crate::xml::{self, Element, Unreadable};

/// One `D:response`.
#[derive(Debug)]
pub(super) struct Response {
    /// As the server spelled it: absolute or a path, encoded its own way.
    pub(super) href: String,
    properties: Vec<Element>,
}

impl Response {
    /// A property that the server gave with status 200.
    pub(super) fn property(&self, namespace: &str, name: &str) -> Option<&Element> {
        self.properties
            .iter()
            .find(|property| property.is(namespace, name))
    }

    /// The addresses inside a property, such as `D:current-user-principal`.
    pub(super) fn hrefs(&self, namespace: &str, name: &str) -> Vec<&str> {
        self.property(namespace, name)
            .map(|property| {
                property
                    .all(DAV, "href")
                    .map(Element::text)
                    .filter(|href| !href.is_empty())
                    .collect()
            })
            .unwrap_or_default()
    }
}

/// Reads a multistatus. Responses that only say a failed status have no properties.
pub(super) fn parse(body: &[u8]) -> Result<Vec<Response>, Unreadable> {
    let root = xml::parse(body)?;
    if !root.is(DAV, "multistatus") {
        return Err(Unreadable);
    }
    Ok(root.into_children().filter_map(response).collect())
}

fn response(element: Element) -> Option<Response> {
    if !element.is(DAV, "response") {
        return None;
    }
    let href = element.first(DAV, "href")?.text().to_owned();
    let properties = element
        .into_children()
        .filter(|child| child.is(DAV, "propstat"))
        .filter(|propstat| {
            propstat
                .first(DAV, "status")
                .is_some_and(|status| is_ok(status.text()))
        })
        .flat_map(Element::into_children)
        .filter(|child| child.is(DAV, "prop"))
        .flat_map(Element::into_children)
        .collect();
    Some(Response { href, properties })
}

/// `HTTP/1.1 200 OK`.
fn is_ok(status: &str) -> bool {
    status.split_ascii_whitespace().nth(1) == Some("200")
}

/// The absolute address of a href, without query and fragment, which no collection has.
pub(super) fn resolve(base: &Url, href: &str) -> Option<Url> {
    let mut url = base.join(href.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    Some(url)
}

/// Whether two addresses mean the same collection: same origin, same path once
/// decoded, whatever the slash at the end.
pub(super) fn same_place(left: &Url, right: &Url) -> bool {
    left.origin() == right.origin() && decoded_path(left) == decoded_path(right)
}

fn decoded_path(url: &Url) -> Vec<u8> {
    let path = url.path();
    percent_decode_str(path.strip_suffix('/').unwrap_or(path)).collect()
}

/// The last part of a path, decoded, for collections without a name.
pub(super) fn last_segment(url: &Url) -> String {
    url.path_segments()
        .and_then(|segments| segments.rev().find(|segment| !segment.is_empty()))
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::caldav::CALDAV;

    #[test]
    fn only_properties_with_status_200_count() {
        let body = br#"<multistatus xmlns="DAV:"><response><href>/a/</href>
            <propstat><prop><displayname>Yes</displayname></prop><status>HTTP/1.1 200 OK</status></propstat>
            <propstat><prop><resourcetype/><getetag>no</getetag></prop><status>HTTP/1.1 404 Not Found</status></propstat>
            </response><response><href>/gone</href><status>HTTP/1.1 404 Not Found</status></response>
            <sync-token>t</sync-token></multistatus>"#;
        let responses = parse(body).unwrap();
        assert_eq!(responses.len(), 2);
        assert_eq!(
            responses[0].property(DAV, "displayname").unwrap().text(),
            "Yes"
        );
        assert!(responses[0].property(DAV, "getetag").is_none());
        assert!(responses[1].property(CALDAV, "calendar-home-set").is_none());
    }

    #[test]
    fn hrefs_are_resolved_and_compared_decoded() {
        let base = Url::parse("https://dav.example/zoe/").unwrap();
        for (href, address) in [
            ("/zoe/main/", Some("https://dav.example/zoe/main/")),
            ("main/", Some("https://dav.example/zoe/main/")),
            ("https://p7.example/x/", Some("https://p7.example/x/")),
            ("//evil.example/x/", Some("https://evil.example/x/")),
            (
                "https://u:p@dav.example/x?y#z",
                Some("https://dav.example/x"),
            ),
            ("javascript:alert(1)", None),
            ("mailto:zoe@dav.example", None),
        ] {
            let resolved = resolve(&base, href);
            assert_eq!(resolved.as_ref().map(Url::as_str), address, "{href}");
        }
        let same = |left: &str, right: &str| {
            same_place(&base.join(left).unwrap(), &base.join(right).unwrap())
        };
        assert!(same("/zoe%40a/caf%C3%A9/", "/zoe@a/café"));
        assert!(!same("/zoe/a", "/zoe/b"));
    }

    proptest! {
        #[test]
        fn every_spelling_of_a_path_is_the_same_place(path in "[a-zA-Z0-9@ éø.,!~-]{1,20}") {
            let base = Url::parse("https://dav.example/").unwrap();
            let encoded: String = path.bytes().map(|byte| format!("%{byte:02x}")).collect();
            let left = resolve(&base, &format!("/a{encoded}/")).unwrap();
            let right = resolve(&base, &format!("/a{}", path.trim_end())).unwrap();
            prop_assume!(path.trim_end() == path);
            prop_assert!(same_place(&left, &right));
        }

        #[test]
        fn no_href_makes_resolving_panic(href in ".{0,60}") {
            let base = Url::parse("https://dav.example/zoe/").unwrap();
            if let Some(url) = resolve(&base, &href) {
                prop_assert!(matches!(url.scheme(), "http" | "https"));
                let _ = last_segment(&url);
            }
        }
    }
}
