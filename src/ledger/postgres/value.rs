//! Values of statements, with their types in the database.
//!
//! A statement whose types are known takes one round trip, without being prepared. A type must be that of the column or the
//! parameter that the value is for.

use postgres::types::{ToSql, Type};

/// A value of a statement.
pub(super) type Value<'a> = &'a (dyn Typed + Sync);

/// A value with its type.
pub(super) trait Typed {
    fn typed(&self) -> (&(dyn ToSql + Sync), Type);
}

macro_rules! typed {
    ($($rust:ty => $type:ident),* $(,)?) => {
        $(impl Typed for $rust {
            fn typed(&self) -> (&(dyn ToSql + Sync), Type) {
                (self, Type::$type)
            }
        })*
    };
}

typed! {
    bool => BOOL,
    i32 => INT4,
    Option<i32> => INT4,
    i64 => INT8,
    Vec<i64> => INT8_ARRAY,
    f64 => FLOAT8,
    Option<f64> => FLOAT8,
    &str => TEXT,
    Option<&str> => TEXT,
    String => TEXT,
    Option<String> => TEXT,
    &[&str] => TEXT_ARRAY,
    Vec<&str> => TEXT_ARRAY,
    Vec<String> => TEXT_ARRAY,
    Vec<Option<String>> => TEXT_ARRAY,
}
