//! Small XML documents as trees. Names are matched by namespace, because prefixes vary
//! from server to server; entities beyond XML's own and document types are refused.
//! DAV and Exchange servers speak such.

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;

/// Deeper documents are no answers.
const MAX_DEPTH: usize = 40;

/// The document is not XML that we accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not acceptable XML")]
pub(crate) struct Unreadable;

/// An element with its text, joined over child elements.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    namespace: String,
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    pub(crate) fn is(&self, namespace: &str, name: &str) -> bool {
        self.namespace == namespace && self.name == name
    }

    /// The first element of that name at any depth.
    pub(crate) fn find(&self, namespace: &str, name: &str) -> Option<&Self> {
        self.children.iter().find_map(|child| {
            if child.is(namespace, name) {
                Some(child)
            } else {
                child.find(namespace, name)
            }
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn children(&self) -> &[Self] {
        &self.children
    }

    pub(crate) fn into_children(self) -> std::vec::IntoIter<Self> {
        self.children.into_iter()
    }

    pub(crate) fn all<'a>(
        &'a self,
        namespace: &'a str,
        name: &'a str,
    ) -> impl Iterator<Item = &'a Self> {
        self.children
            .iter()
            .filter(move |child| child.is(namespace, name))
    }

    pub(crate) fn first(&self, namespace: &str, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.is(namespace, name))
    }

    /// Text without blanks at its ends.
    pub(crate) fn text(&self) -> &str {
        self.text.trim()
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Reads a whole document and returns its root.
pub(crate) fn parse(body: &[u8]) -> Result<Element, Unreadable> {
    let text = std::str::from_utf8(body).map_err(|_| Unreadable)?;
    let mut reader = NsReader::from_str(text.trim_start_matches('\u{feff}'));
    // The root collects into a nameless parent.
    let mut open = vec![Element::default()];
    loop {
        let (namespace, event) = reader.read_resolved_event().map_err(|_| Unreadable)?;
        match event {
            Event::Start(start) => {
                if open.len() > MAX_DEPTH {
                    return Err(Unreadable);
                }
                open.push(element(&namespace, &start)?);
            }
            Event::Empty(start) => {
                let element = element(&namespace, &start)?;
                close(&mut open, element)?;
            }
            Event::End(_) => {
                let element = open.pop().ok_or(Unreadable)?;
                close(&mut open, element)?;
            }
            Event::Text(text) => append(&mut open, &text.xml10_content())?,
            Event::CData(text) => append(&mut open, &text.xml10_content())?,
            Event::GeneralRef(reference) => {
                let resolved = match reference.resolve_char_ref().map_err(|_| Unreadable)? {
                    Some(character) => character,
                    None => match &*reference {
                        "amp" => '&',
                        "lt" => '<',
                        "gt" => '>',
                        "quot" => '"',
                        "apos" => '\'',
                        _ => return Err(Unreadable),
                    },
                };
                append(&mut open, resolved.encode_utf8(&mut [0; 4]))?;
            }
            Event::DocType(_) => return Err(Unreadable),
            Event::Eof => break,
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
        }
    }
    match (open.pop(), open.is_empty()) {
        (Some(mut document), true) if document.children.len() == 1 => {
            document.children.pop().ok_or(Unreadable)
        }
        _ => Err(Unreadable),
    }
}

fn close(open: &mut [Element], element: Element) -> Result<(), Unreadable> {
    open.last_mut().ok_or(Unreadable)?.children.push(element);
    Ok(())
}

fn append(open: &mut [Element], text: &str) -> Result<(), Unreadable> {
    open.last_mut().ok_or(Unreadable)?.text.push_str(text);
    Ok(())
}

fn element(namespace: &ResolveResult<'_>, start: &BytesStart<'_>) -> Result<Element, Unreadable> {
    let namespace = match namespace {
        ResolveResult::Bound(Namespace(name)) => (*name).to_owned(),
        ResolveResult::Unbound => String::new(),
        ResolveResult::Unknown(_) => return Err(Unreadable),
    };
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| Unreadable)?;
        let value = quick_xml::escape::unescape(&attribute.value).map_err(|_| Unreadable)?;
        attributes.push((
            attribute.key.local_name().into_inner().to_owned(),
            value.into_owned(),
        ));
    }
    Ok(Element {
        namespace,
        name: start.local_name().into_inner().to_owned(),
        attributes,
        ..Element::default()
    })
}

/// Text as it may stand between tags.
pub(crate) fn escape(text: &str) -> String {
    quick_xml::escape::escape(text).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAV: &str = "DAV:";

    #[test]
    fn prefixes_do_not_matter() {
        for text in [
            r#"<D:a xmlns:D="DAV:"><D:b>x</D:b></D:a>"#,
            r#"<ns0:a xmlns:ns0="DAV:"><ns0:b>x</ns0:b></ns0:a>"#,
            r#"<a xmlns="DAV:"><b>x</b></a>"#,
            r#"<?xml version="1.0"?><!-- c --><a xmlns="DAV:"> <z:b xmlns:z="DAV:">x</z:b> </a>"#,
        ] {
            let root = parse(text.as_bytes()).unwrap();
            assert!(root.is(DAV, "a"), "{text}");
            assert_eq!(root.first(DAV, "b").map(Element::text), Some("x"));
        }
    }

    #[test]
    fn references_and_cdata_are_text() {
        let root = parse(b"<a>R&amp;D &#x41;&#66; <![CDATA[<c>]]></a>").unwrap();
        assert_eq!(root.text(), "R&D AB <c>");
    }

    #[test]
    fn dangerous_or_broken_documents_are_refused() {
        let deep = "<a>".repeat(500) + &"</a>".repeat(500);
        for text in [
            "",
            "text",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<p:a/>",
            "<a>&unknown;</a>",
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
            &deep,
        ] {
            assert_eq!(parse(text.as_bytes()), Err(Unreadable), "{text:.60}");
        }
    }

    proptest! {
        #[test]
        fn escaped_text_comes_back_as_it_was(text in "[^\\x00-\\x08\\x0b-\\x1f\\ufffe\\uffff]{0,60}") {
            let document = format!("<a>{}</a>", escape(&text));
            let root = parse(document.as_bytes()).unwrap();
            prop_assert_eq!(root.text(), text.trim());
        }

        #[test]
        fn no_input_makes_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn no_markup_makes_the_parser_panic(text in "[<>a/&;:=\" !?\\[\\]x#-]{0,80}") {
            let _ = parse(text.as_bytes());
        }
    }
}
