//! Reading; see the table in the parent module.

use std::str::FromStr;

use serde::de::value::U32Deserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, SeqAccess, VariantAccess, Visitor,
};

use super::WireError;

/// What is still to be read.
pub(super) struct Reader<'de> {
    pub(super) rest: &'de str,
}

impl<'de> Reader<'de> {
    fn until(&mut self, end: char) -> Result<&'de str, WireError> {
        let (found, rest) = self.rest.split_once(end).ok_or(WireError)?;
        self.rest = rest;
        Ok(found)
    }

    fn number<N: FromStr>(&mut self) -> Result<N, WireError> {
        self.until(' ')?.parse().map_err(|_| WireError)
    }

    fn flag(&mut self) -> Result<bool, WireError> {
        if let Some(rest) = self.rest.strip_prefix('1') {
            self.rest = rest;
            Ok(true)
        } else {
            self.rest = self.rest.strip_prefix('0').ok_or(WireError)?;
            Ok(false)
        }
    }

    fn text(&mut self) -> Result<String, WireError> {
        let len = self.until(':')?.parse().map_err(|_| WireError)?;
        let (found, rest) = self.rest.split_at_checked(len).ok_or(WireError)?;
        self.rest = rest;
        let mut text = String::with_capacity(found.len());
        let mut escaped = false;
        for c in found.chars() {
            match (escaped, c) {
                (false, '\\') => escaped = true,
                (false, c) => text.push(c),
                (true, '(') => {
                    text.push('<');
                    escaped = false;
                }
                (true, ')') => {
                    text.push('\0');
                    escaped = false;
                }
                (true, '\\') => {
                    text.push('\\');
                    escaped = false;
                }
                (true, _) => return Err(WireError),
            }
        }
        if escaped { Err(WireError) } else { Ok(text) }
    }

    fn parts(&mut self, left: usize) -> Parts<'_, 'de> {
        Parts { reader: self, left }
    }
}

macro_rules! numbers {
    ($($name:ident $visit:ident),*) => {$(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
            visitor.$visit(self.number()?)
        }
    )*};
}

macro_rules! refused {
    ($($name:ident),*) => {$(
        fn $name<V: Visitor<'de>>(self, _: V) -> Result<V::Value, WireError> {
            Err(WireError)
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = WireError;

    numbers! {
        deserialize_i8 visit_i8, deserialize_i16 visit_i16, deserialize_i32 visit_i32, deserialize_i64 visit_i64,
        deserialize_u8 visit_u8, deserialize_u16 visit_u16, deserialize_u32 visit_u32, deserialize_u64 visit_u64
    }

    refused! {
        deserialize_any, deserialize_f32, deserialize_f64, deserialize_char, deserialize_bytes, deserialize_byte_buf,
        deserialize_map, deserialize_identifier, deserialize_ignored_any
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        visitor.visit_bool(self.flag()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        if self.flag()? {
            visitor.visit_some(self)
        } else {
            visitor.visit_none()
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, WireError> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, WireError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        let len = self.number()?;
        visitor.visit_seq(self.parts(len))
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, WireError> {
        visitor.visit_seq(self.parts(len))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, WireError> {
        visitor.visit_seq(self.parts(len))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, WireError> {
        visitor.visit_seq(self.parts(fields.len()))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, WireError> {
        visitor.visit_enum(self)
    }
}

/// The items of a list or the fields of a struct.
struct Parts<'a, 'de> {
    reader: &'a mut Reader<'de>,
    left: usize,
}

impl<'de> SeqAccess<'de> for Parts<'_, 'de> {
    type Error = WireError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, WireError> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        seed.deserialize(&mut *self.reader).map(Some)
    }

    /// A hint only: never more than the text can hold, whatever number stands in it.
    fn size_hint(&self) -> Option<usize> {
        Some(self.left.min(self.reader.rest.len()))
    }
}

impl<'de> EnumAccess<'de> for &mut Reader<'de> {
    type Error = WireError;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), WireError> {
        let index: U32Deserializer<WireError> = self.number::<u32>()?.into_deserializer();
        Ok((seed.deserialize(index)?, self))
    }
}

impl<'de> VariantAccess<'de> for &mut Reader<'de> {
    type Error = WireError;

    fn unit_variant(self) -> Result<(), WireError> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, WireError> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, WireError> {
        visitor.visit_seq(self.parts(len))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, WireError> {
        visitor.visit_seq(self.parts(fields.len()))
    }
}
