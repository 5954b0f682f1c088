//! Writing; see the table in the parent module.

use serde::Serialize;
use serde::ser::{
    SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct,
    SerializeTupleVariant, Serializer,
};

use super::WireError;

/// The text so far.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) text: String,
}

impl Writer {
    fn number(&mut self, number: impl ToString) -> Result<(), WireError> {
        self.text.push_str(&number.to_string());
        self.text.push(' ');
        Ok(())
    }
}

macro_rules! numbers {
    ($($name:ident: $number:ty),*) => {$(
        fn $name(self, value: $number) -> Result<(), WireError> {
            self.number(value)
        }
    )*};
}

impl Serializer for &mut Writer {
    type Ok = ();
    type Error = WireError;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = serde::ser::Impossible<(), WireError>;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    numbers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    }

    fn serialize_bool(self, value: bool) -> Result<(), WireError> {
        self.text.push(if value { '1' } else { '0' });
        Ok(())
    }

    fn serialize_f32(self, _: f32) -> Result<(), WireError> {
        Err(WireError)
    }

    fn serialize_f64(self, _: f64) -> Result<(), WireError> {
        Err(WireError)
    }

    fn serialize_char(self, value: char) -> Result<(), WireError> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), WireError> {
        let value = value
            .replace('\\', "\\\\")
            .replace('<', "\\(")
            .replace('\0', "\\)");
        self.text.push_str(&value.len().to_string());
        self.text.push(':');
        self.text.push_str(&value);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), WireError> {
        Err(WireError)
    }

    fn serialize_none(self) -> Result<(), WireError> {
        self.serialize_bool(false)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), WireError> {
        self.text.push('1');
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), WireError> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), WireError> {
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
    ) -> Result<(), WireError> {
        self.number(index)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), WireError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), WireError> {
        self.number(index)?;
        value.serialize(self)
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Self, WireError> {
        self.number(len.ok_or(WireError)?)?;
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, WireError> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, WireError> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, WireError> {
        self.number(index)?;
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, WireError> {
        Err(WireError)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, WireError> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, WireError> {
        self.number(index)?;
        Ok(self)
    }
}

macro_rules! parts {
    ($($kind:ident.$part:ident),*) => {$(
        impl $kind for &mut Writer {
            type Ok = ();
            type Error = WireError;

            fn $part<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WireError> {
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), WireError> {
                Ok(())
            }
        }
    )*};
}

parts! {
    SerializeSeq.serialize_element, SerializeTuple.serialize_element,
    SerializeTupleStruct.serialize_field, SerializeTupleVariant.serialize_field
}

macro_rules! named_parts {
    ($($kind:ident),*) => {$(
        impl $kind for &mut Writer {
            type Ok = ();
            type Error = WireError;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result<(), WireError> {
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), WireError> {
                Ok(())
            }
        }
    )*};
}

named_parts!(SerializeStruct, SerializeStructVariant);
