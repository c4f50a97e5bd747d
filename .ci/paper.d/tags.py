"""Checks what PDF/UA-1 (ISO 14289-1) asks of PDF files, as far as a program can: tags, titles, languages, fonts.

    tags.py FILE...
"""

import sys

import pikepdf

# Operators that paint something.
TEXT = {"Tj", "TJ", "'", '"'}
PAINT = TEXT | {"Do", "sh", "EI", "f", "F", "f*", "B", "B*", "b", "b*", "S", "s"}


class Wrong(Exception):
    pass


def need(condition, what):
    if not condition:
        raise Wrong(what)


def children(element):
    kids = element.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def walk(element, depth=0):
    """Each structure element below this one, in reading order."""
    need(depth < 100, "the tags are nested too deep")
    for kid in children(element):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from walk(kid, depth + 1)


def kind(element, roles):
    name = str(element.S)
    return str(roles.get(name, name)) if name in roles else name


def check_catalog(pdf):
    root = pdf.Root
    need(bool(root.get("/MarkInfo", {}).get("/Marked", False)), "it is not marked as tagged")
    need(not bool(root.MarkInfo.get("/Suspects", False)), "its tags are suspect")
    need(str(root.get("/Lang", "")) != "", "it has no language")
    need(bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False)), "the title is not displayed")
    with pdf.open_metadata() as metadata:
        need(metadata.get("{http://www.aiim.org/pdfua/ns/id/}part") == "1", "it does not claim PDF/UA-1")
        need(metadata.get("dc:title"), "it has no title")
    need("/StructTreeRoot" in root, "it has no tags")
    return root.StructTreeRoot


def check_tags(tree):
    roles = tree.get("/RoleMap", {})
    elements = [(kind(element, roles), element) for element in walk(tree)]
    need(elements and elements[0][0] == "/Document", "the root of the tags is not a document")
    level = 0
    for name, element in elements:
        if name[1:2] == "H" and name[2:].isdigit():
            need(int(name[2:]) <= level + 1, f"a heading {name} after level {level}")
            level = int(name[2:])
        if name == "/Figure":
            need(str(element.get("/Alt", "")).strip(), "a figure has no description")
        if name == "/Table":
            cells = [(kind(cell, roles), cell) for cell in walk(element)]
            heads = [cell for cell_name, cell in cells if cell_name == "/TH"]
            need(heads, "a table has no header cells")
            for head in heads:
                attributes = head.get("/A", [])
                attributes = attributes if isinstance(attributes, pikepdf.Array) else [attributes]
                need(any("/Scope" in attribute for attribute in attributes), "a header cell has no scope")
        if name == "/L":
            need(all(kind(item, roles) in ("/LI", "/L", "/Caption") for item in children(element)), "a list has other parts")
        if name == "/LI":
            parts = [kind(part, roles) for part in children(element)]
            need(set(parts) <= {"/Lbl", "/LBody"} and "/LBody" in parts, f"a list item consists of {parts}")
        if name == "/Link":
            need(any(isinstance(kid, pikepdf.Dictionary) and str(kid.get("/Type", "")) == "/OBJR" for kid in children(element)),
                 "a link without its annotation")
    return [name for name, _ in elements]


def check_pages(pdf):
    """Everything that is painted is tagged or an artifact, and each link has words for those who cannot see it."""
    texts = 0
    for number, page in enumerate(pdf.pages, 1):
        need(str(page.get("/Tabs", "")) == "/S", f"page {number}: the order of tabs is not that of the tags")
        open_marks = []
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name == "BDC":
                properties = operands[1] if isinstance(operands[1], pikepdf.Dictionary) else {}
                open_marks.append(str(operands[0]) == "/Artifact" or "/MCID" in properties)
            elif name == "BMC":
                open_marks.append(str(operands[0]) == "/Artifact")
            elif name == "EMC":
                open_marks.pop()
            elif name in PAINT:
                need(any(open_marks), f"page {number}: {name} paints outside of the tags")
                texts += name in TEXT
        for annotation in page.get("/Annots", []):
            need(str(annotation.get("/Contents", "")), f"page {number}: a link has no description")
            need("/StructParent" in annotation, f"page {number}: a link is not tagged")
    need(texts > 0, "it has no text")


def check_fonts(pdf):
    fonts = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Font"]
    need(fonts, "it has no fonts")
    for font in fonts:
        if "/DescendantFonts" in font:
            need("/ToUnicode" in font, f"{font.BaseFont}: its text cannot be copied")
        descriptor = font.get("/FontDescriptor")
        if descriptor is not None:
            need(any(f"/FontFile{which}" in descriptor for which in ("", "2", "3")), f"{font.BaseFont} is not embedded")


failed = False
for file in sys.argv[1:]:
    with pikepdf.open(file) as pdf:
        try:
            names = check_tags(check_catalog(pdf))
            check_pages(pdf)
            check_fonts(pdf)
            counts = ", ".join(f"{names.count(name)} {name[1:]}" for name in dict.fromkeys(names))
            print(f"{file.rsplit('/', 1)[1]}: {pdf.Root.Lang}, {len(pdf.pages)} pages: {counts}")
        except Wrong as wrong:
            failed = True
            print(f"{file}: {wrong}", file=sys.stderr)
sys.exit(failed or len(sys.argv) < 2)
