//! `usersToCsv`: users of the caller become CSV.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::directory::export_columns::new_writer;
use crate::error::{Code, DomoError};
use crate::wasm::errors::Error;
use crate::wasm::host;
use crate::wasm::json_body::JsonBody;
use crate::wasm::options::OptionReader;
use crate::wasm::streams::csv_output::{CsvOutput, CsvWriteOptions, wrong_argument};
use crate::wasm::streams::registry::{ChunkSource, Step};
use crate::wasm::wait::{Signal, WaitError, wait_for};

/// Users of the caller as CSV.
pub struct CsvOfUsers {
    /// An object of the loader, whose method `next` resolves with an array of users; an empty one at the end.
    batches: JsValue,
    /// Is aborted when nobody reads any more.
    abandoned: Signal,
    output: CsvOutput,
}

impl CsvOfUsers {
    /// Checks the arguments. `batches` is `undefined` if `users` is not iterable.
    pub fn open(
        users: &JsValue,
        batches: &JsValue,
        options: &JsValue,
        abandoned: &JsValue,
    ) -> Result<Box<dyn ChunkSource>, Error> {
        if batches.is_undefined() {
            let expected =
                "an iterable or async iterable of users, such as await getAllUsers(domo) or streamUsers(domo)";
            return Err(wrong_argument("users", expected, users));
        }
        let mut reader = OptionReader::new(options, Code::InvalidInput);
        let csv = CsvWriteOptions::read(&mut reader)?;
        let writer = new_writer(&csv.columns, None, csv.write, &mut reader.errors);
        reader.finish_options()?;
        Ok(Box::new(Self {
            batches: batches.clone(),
            abandoned: Signal(abandoned.clone()),
            output: CsvOutput::of(writer),
        }))
    }

    async fn read(&mut self) -> Result<bool, Error> {
        let next = host::call_method(&self.batches, "next", &Array::new());
        match wait_for(next, &self.abandoned, 0).await {
            Ok(batch) => self.write_batch(batch.unchecked_ref()),
            // What the caller's iterator throws is the caller's own, as the reason of a signal is.
            Err(WaitError::Thrown(reason) | WaitError::Aborted(reason)) => Err(Error::Aborted(reason)),
            // There is no time limit.
            Err(WaitError::TimedOut) => {
                Err(DomoError::new(Code::Internal, "an iterator without a time limit timed out").into())
            }
        }
    }

    /// Writes some users, and returns whether there were any.
    fn write_batch(&mut self, batch: &Array) -> Result<bool, Error> {
        let CsvOutput { writer, row_count, .. } = &mut self.output;
        let json = host::users_to_json(batch).filter(|_| batch.iter().all(|user| host::is_user(&user)));
        if let Some(json) = json
            && writer.write_users(host::to_text(&json).as_bytes()).is_some()
        {
            *row_count = row_count.wrapping_add(batch.length());
            return Ok(batch.length() > 0);
        }
        // The users before the invalid one are written.
        for user in batch.iter() {
            let name = format!("users[{row_count}]");
            let json = JsonBody::copy_users(&name, &user)?.text;
            let array = format!("[{}]", host::to_text(&json));
            if !host::is_user(&user) || writer.write_users(array.as_bytes()).is_none() {
                let expected = "a user, an object with an id; await a promise of a user first";
                return Err(wrong_argument(&name, expected, &user));
            }
            *row_count = row_count.wrapping_add(1);
        }
        Ok(true)
    }
}

impl ChunkSource for CsvOfUsers {
    fn step(&mut self) -> Step<'_> {
        Box::pin(async {
            let has_more = self.read().await;
            self.output.settle(has_more);
        })
    }

    fn chunk(&mut self) -> Option<Result<JsValue, Error>> {
        self.output.chunk()
    }
}
