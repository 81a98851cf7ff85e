//! What is being read between two calls, by a number that the loader keeps: it asks for one piece after the other, or ends it.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::source::cancel;
use crate::error::{Code, DomoError};
use crate::js::endpoint::settle;
use crate::js::failure::Failure;

/// Something that is given out in pieces.
pub trait Pieces {
    /// The next one; `undefined` behind the last.
    fn next(&mut self) -> Pin<Box<dyn Future<Output = Result<JsValue, Failure>> + '_>>;
    /// The host's reader, for whoever ends it while it is being read.
    fn reader(&self) -> JsValue;
    /// Gives up the rest.
    fn stop(&mut self);
}

/// Empty while the next piece is awaited.
type Place = Rc<Cell<Option<Box<dyn Pieces>>>>;

struct Kept {
    number: u32,
    pieces: Place,
    /// What to cancel then.
    reader: JsValue,
}

thread_local! {
    static KEPT: RefCell<(u32, Vec<Kept>)> = const { RefCell::new((0, Vec::new())) };
}

/// Keeps it, by a number of its own.
pub fn keep(pieces: Box<dyn Pieces>) -> u32 {
    KEPT.with_borrow_mut(|(last, kept)| {
        *last = last.wrapping_add(1);
        kept.push(Kept {
            number: *last,
            pieces: Rc::new(Cell::new(Some(pieces))),
            reader: JsValue::UNDEFINED,
        });
        *last
    })
}

fn place(number: u32) -> Option<Place> {
    KEPT.with_borrow(|(_, kept)| {
        kept.iter()
            .find(|one| one.number == number)
            .map(|one| Rc::clone(&one.pieces))
    })
}

fn note_reader(number: u32, reader: JsValue) {
    KEPT.with_borrow_mut(|(_, kept)| {
        if let Some(one) = kept.iter_mut().find(|one| one.number == number) {
            one.reader = reader;
        }
    });
}

fn forget(number: u32) -> Option<Kept> {
    KEPT.with_borrow_mut(|(_, kept)| {
        let at = kept.iter().position(|one| one.number == number)?;
        Some(kept.swap_remove(at))
    })
}

/// The next piece of what has this number; `undefined` behind the last, and of what ended already.
#[wasm_bindgen(js_name = nextPiece)]
pub fn next_piece(number: u32) -> Promise {
    settle(Ok(Box::pin(async move {
        let Some(place) = place(number) else {
            return Ok(JsValue::UNDEFINED);
        };
        let Some(mut pieces) = place.take() else {
            return Err(DomoError::new(Code::Internal, "a piece was asked for before the last one came").into());
        };
        note_reader(number, pieces.reader());
        let piece = pieces.next().await;
        match &piece {
            Ok(value) if !value.is_undefined() => match self::place(number) {
                Some(place) => place.set(Some(pieces)),
                None => pieces.stop(), // it was ended meanwhile
            },
            _ => {
                drop(forget(number));
                pieces.stop();
            }
        }
        piece
    })))
}

/// Ends what has this number: nothing more of it is fetched or kept.
#[wasm_bindgen(js_name = endPieces)]
pub fn end_pieces(number: u32) {
    if let Some(kept) = forget(number) {
        match kept.pieces.take() {
            Some(mut pieces) => pieces.stop(),
            None => cancel(&kept.reader, &JsValue::UNDEFINED),
        }
    }
}
