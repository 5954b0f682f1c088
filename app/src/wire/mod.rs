//! How data travels from the server to the browser: in answers of server functions and
//! inside the page.
//!
//! The same build of this crate writes and reads it, so it carries neither field names nor
//! types: values stand in the order of their fields. The reader of a type is then a third
//! of its JSON reader, which counts in the browser's download, and 10,000 people take half
//! the bytes. It is text, so that it can stand in a page:
//!
//! | value | text |
//! |---|---|
//! | number | decimal digits and a blank |
//! | text | its length in bytes, `:`, itself; `<` is `\(`, NUL `\)`, `\` `\\`, counted so |
//! | option, bool | `0`, or `1` and what is in it |
//! | list | its length, a blank, its items |
//! | struct, tuple | its fields |
//! | enum | the variant's number, a blank, its fields |
//!
//! A page never contains a `<` of its data: what writes data into pages replaces it in a
//! way that only JSON undoes.
//!
//! Types that ask for the names of their fields (`serde(tag)`, `untagged`, `flatten`)
//! cannot be read.

mod read;
mod write;

use leptos::server::codee::{Decoder, Encoder};
use leptos::server_fn::codec::Post;
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};
use serde::Serialize;
use serde::de::DeserializeOwned;

use read::Reader;
use write::Writer;

/// The encoding.
pub struct Wire;

/// The output of server functions.
pub type Output = Post<Wire>;

/// The text was not written by this build, or the type cannot travel this way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not readable as it travels")]
pub struct WireError;

impl serde::ser::Error for WireError {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

impl serde::de::Error for WireError {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Writes a value.
///
/// # Errors
/// [`WireError`] when its type cannot travel.
pub fn write<T: Serialize>(value: &T) -> Result<String, WireError> {
    let mut writer = Writer::default();
    value.serialize(&mut writer)?;
    Ok(writer.text)
}

/// Reads a value; the whole text belongs to it.
///
/// # Errors
/// [`WireError`] when the text is not one of this type.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, WireError> {
    let mut reader = Reader { rest: text };
    let value = T::deserialize(&mut reader)?;
    if reader.rest.is_empty() {
        Ok(value)
    } else {
        Err(WireError)
    }
}

impl ContentType for Wire {
    const CONTENT_TYPE: &'static str = "text/plain; charset=utf-8";
}

impl FormatType for Wire {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for Wire {
    type Error = WireError;

    fn encode(output: &T) -> Result<Bytes, Self::Error> {
        write(output).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for Wire {
    type Error = WireError;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        read(std::str::from_utf8(&bytes).map_err(|_| WireError)?)
    }
}

impl<T: Serialize> Encoder<T> for Wire {
    type Error = WireError;
    type Encoded = String;

    fn encode(value: &T) -> Result<Self::Encoded, Self::Error> {
        write(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Wire {
    type Error = WireError;
    type Encoded = str;

    fn decode(text: &Self::Encoded) -> Result<T, Self::Error> {
        read(text)
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Shape {
        Nothing,
        One(u32),
        Two(String, bool),
        Named {
            left: i64,
            right: Option<Vec<String>>,
        },
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Everything {
        text: String,
        shapes: Vec<Shape>,
        inner: Option<Box<Everything>>,
        pair: (u8, i32),
        unit: (),
        result: Result<u16, String>,
    }

    fn everything() -> Everything {
        Everything {
            text: "Zoë: 12 <b> ☂\n".to_owned(),
            shapes: vec![
                Shape::Nothing,
                Shape::One(7),
                Shape::Two(String::new(), true),
                Shape::Named {
                    left: i64::MIN,
                    right: Some(vec!["a".to_owned(), "b:c".to_owned()]),
                },
            ],
            inner: Some(Box::new(Everything {
                text: String::new(),
                shapes: Vec::new(),
                inner: None,
                pair: (255, -1),
                unit: (),
                result: Err("no".to_owned()),
            })),
            pair: (0, i32::MAX),
            unit: (),
            result: Ok(1),
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = write(&everything()).unwrap();
        assert_eq!(read::<Everything>(&text), Ok(everything()), "{text}");
    }

    #[test]
    fn no_tag_opens_in_the_text() {
        for value in ["</script><!--", "a\\b", "\\(", "\0 1", "\\", "<", "<\\<"] {
            let text = write(&value).unwrap();
            assert!(!text.contains('<'), "{text}");
            assert_eq!(read::<String>(&text).as_deref(), Ok(value), "{text}");
        }
    }

    #[test]
    fn a_damaged_text_is_an_error_at_every_place() {
        let text = write(&everything()).unwrap();
        for (end, _) in text.char_indices() {
            assert!(read::<Everything>(&text[..end]).is_err(), "{end}");
        }
        for wrong in ["", "x", "1", "-1 ", "99999999999 ", "5:ab", "3:a☂", "1:ab"] {
            assert!(read::<String>(wrong).is_err(), "{wrong}");
        }
        assert!(read::<Vec<u8>>("4000000000 1 ").is_err());
        assert!(read::<u8>("256 ").is_err());
        assert!(read::<Shape>("9 ").is_err());
    }
}
