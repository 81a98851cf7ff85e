//! Writes a user, or the changes of a user, as a JSON object with an array of attributes.

use domo_users_scan::json::escapes::escape;

/// A JSON object that is being written: its fields, then its attributes.
#[derive(Debug, Default)]
pub struct JsonObject {
    fields: Vec<u8>,
    attributes: Vec<u8>,
}

impl JsonObject {
    /// Writes the name of a field. The value is to be appended to the returned buffer.
    pub fn field(&mut self, name: &str) -> &mut Vec<u8> {
        self.fields.push(if self.fields.is_empty() { b'{' } else { b',' });
        escape(name.as_bytes(), &mut self.fields);
        self.fields.push(b':');
        &mut self.fields
    }

    /// Writes an attribute with its values, a JSON array.
    pub fn attribute(&mut self, key: &str, values: &[u8]) {
        let attributes = &mut self.attributes;
        attributes.push(if attributes.is_empty() { b'[' } else { b',' });
        attributes.extend_from_slice(b"{\"key\":");
        escape(key.as_bytes(), attributes);
        attributes.extend_from_slice(b",\"values\":");
        attributes.extend_from_slice(values);
        attributes.push(b'}');
    }

    /// Whether nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.attributes.is_empty()
    }

    /// Appends the object. Nothing may be added to it afterwards.
    pub fn write(&mut self, into: &mut Vec<u8>) {
        if !self.attributes.is_empty() {
            self.attributes.push(b']');
            let attributes = core::mem::take(&mut self.attributes);
            self.field("attributes").extend_from_slice(&attributes);
        }
        if self.fields.is_empty() {
            self.fields.push(b'{');
        }
        into.extend_from_slice(&self.fields);
        into.push(b'}');
    }
}
