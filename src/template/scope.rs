//! The names in scope at a position in a template, and how paths resolve there.
//!
//! This mirrors Handlebars' name lookup; where the two could differ, it must be the stricter one.

use super::check::name_of;
use super::schema::Shape;
use handlebars::template::{BlockParam, HelperTemplate};
use handlebars::{Path, PathSeg};

/// The names in scope at a position in a template.
pub(super) struct Scope<'a> {
    root: &'a Shape,
    /// The values of `this`, innermost last.
    pub(super) stack: Vec<Shape>,
    /// Block parameters and partials' arguments, innermost last.
    pub(super) locals: Vec<(String, Shape)>,
    pub(super) loops: usize,
    /// The partials being walked, outermost first.
    pub(super) trail: Vec<String>,
}

/// An unknown name, and the known ones.
pub(super) struct Unknown {
    pub(super) name: String,
    pub(super) known: Vec<String>,
}

/// Returns the names that a block gives its values: `as |one two|`.
pub(super) fn block_params(call: &HelperTemplate) -> Vec<String> {
    match &call.block_param {
        Some(BlockParam::Single(one)) => name_of(one).map(str::to_owned).into_iter().collect(),
        Some(BlockParam::Pair((one, two))) => [one, two].iter().filter_map(|p| name_of(p).map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

/// Returns the first segment of a path. Handlebars' grammar is private, so `..` and `@root` are taken from a parsed path.
fn first_segment(path: &str) -> Option<PathSeg> {
    match Path::parse(path) {
        Ok(Path::Relative((segments, _))) => segments.into_iter().next(),
        _ => None,
    }
}

impl<'a> Scope<'a> {
    /// The scope at the beginning of a piece.
    pub(super) fn new(root: &'a Shape) -> Self {
        Scope { root, stack: vec![root.clone()], locals: Vec::new(), loops: 0, trail: Vec::new() }
    }

    /// Resolves a single name.
    pub(super) fn resolve_name(&self, name: &str) -> Option<Shape> {
        let local = self.locals.iter().rev().find(|(local, _)| local == name).map(|(_, shape)| shape.clone());
        local.or_else(|| self.stack.last().and_then(|this| this.get(name)).cloned())
    }

    /// Resolves a path, or returns its first unknown name.
    pub(super) fn resolve(&self, path: &Path) -> Result<Shape, Unknown> {
        let segments = match path {
            Path::Local((level, name, _)) => return self.local(*level, name),
            Path::Relative((segments, _)) => segments,
        };
        let mut named = Vec::new();
        let up = first_segment("../this");
        let root = first_segment("@root/this");
        let (mut ups, mut from_root) = (0, false);
        for segment in segments {
            match segment {
                PathSeg::Named(name) => named.push(name.as_str()),
                other if up.as_ref() == Some(other) => ups += 1,
                other if root.as_ref() == Some(other) => from_root = true,
                _ => {}
            }
        }
        let mut names = named.into_iter().peekable();
        let mut shape = if from_root {
            self.root.clone()
        } else if ups > 0 {
            let at = self.stack.len().checked_sub(1 + ups);
            at.and_then(|at| self.stack.get(at)).cloned().ok_or(Unknown { name: "..".into(), known: Vec::new() })?
        } else if let Some((_, local)) =
            names.peek().and_then(|first| self.locals.iter().rev().find(|(local, _)| local == first))
        {
            names.next();
            local.clone()
        } else {
            self.stack.last().cloned().unwrap_or_else(|| self.root.clone())
        };
        for name in names {
            shape = shape
                .get(name)
                .cloned()
                .ok_or_else(|| Unknown { name: name.to_owned(), known: shape.names().map(str::to_owned).collect() })?;
        }
        Ok(shape)
    }

    /// `@index`, `@first` and `@last`, which exist inside loops.
    fn local(&self, level: usize, name: &str) -> Result<Shape, Unknown> {
        match name {
            "index" if level < self.loops => Ok(Shape::Number),
            "first" | "last" if level < self.loops => Ok(Shape::Truth),
            _ => {
                let known: &[&str] = if self.loops > 0 { &["index", "first", "last"] } else { &[] };
                Err(Unknown { name: name.to_owned(), known: known.iter().map(|name| (*name).to_owned()).collect() })
            }
        }
    }
}
