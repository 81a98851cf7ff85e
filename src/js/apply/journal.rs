//! The caller's journal: read once, then written line by line, each before or after what it tells of.

use std::cell::RefCell;

use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::apply::journal::Journal;
use crate::apply::steps::Step;
use crate::error::DomoError;
use crate::js::host;
use crate::text::{excerpt, join};

/// Where a run keeps what it did; without a journal of the caller's, nowhere.
pub struct Kept {
    own: JsValue,
    past: RefCell<Journal>,
}

#[wasm_bindgen(module = "/src/js/host.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = journalLines)]
    fn journal_lines(journal: &JsValue) -> Result<JsValue, JsValue>;
}

impl Kept {
    /// `own` is the caller's `{read, append}`, or `undefined`.
    pub fn new(own: JsValue, past: Journal) -> Self {
        Self {
            own,
            past: RefCell::new(past),
        }
    }

    /// Reads what earlier runs wrote, and opens this one.
    pub async fn open(&self) -> Result<(), DomoError> {
        if self.own.is_undefined() {
            return Ok(());
        }
        let asked = journal_lines(&self.own);
        let lines: Array = answered(asked, "read").await?.unchecked_into();
        let first = {
            let mut past = self.past.borrow_mut();
            for line in lines.iter() {
                past.read(&host::text_of(&line))?;
            }
            past.first_lines()
        };
        for line in first {
            self.write(&line).await?;
        }
        Ok(())
    }

    /// How far a step came in earlier runs.
    pub fn past(&self, index: u32, step: Step) -> crate::apply::journal::Past {
        self.past.borrow().past(index, step)
    }

    /// Writes a line, and waits until it is written.
    pub async fn write(&self, line: &str) -> Result<(), DomoError> {
        if self.own.is_undefined() {
            return Ok(());
        }
        let asked = host::call_method(&self.own, "append", &Array::of1(&line.into()));
        answered(asked, "append").await.map(|_| ())
    }
}

async fn answered(asked: Result<JsValue, JsValue>, name: &str) -> Result<JsValue, DomoError> {
    let answer = match asked {
        Ok(promised) => host::first_of(&Array::of1(&promised)).await,
        Err(thrown) => Err(thrown),
    };
    answer.map_err(|thrown| {
        let said = host::Reported::of(&thrown, None).message;
        DomoError::input(join(&[
            "journal.",
            name,
            " failed (",
            &excerpt(&said, 200),
            "): nothing more is started without it; mend it and apply the same plan again",
        ]))
    })
}
