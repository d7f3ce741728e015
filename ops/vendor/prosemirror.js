// What static/js/editor/ takes from ProseMirror, as one file under one name.
export { Schema, Slice, Fragment, DOMParser, DOMSerializer } from "prosemirror-model";
export { EditorState, Plugin, PluginKey, TextSelection, NodeSelection, Selection } from "prosemirror-state";
export { EditorView, Decoration, DecorationSet } from "prosemirror-view";
export { keymap } from "prosemirror-keymap";
export { history, undo, redo, closeHistory } from "prosemirror-history";
export { baseKeymap, toggleMark, chainCommands, exitCode } from "prosemirror-commands";
export {
  addColumnAfter, addRowAfter, addRowBefore, deleteColumn, deleteRow, deleteTable, goToNextCell, isInTable, selectedRect, tableEditing, tableNodes,
} from "prosemirror-tables";
