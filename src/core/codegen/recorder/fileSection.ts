/** The file format of core/excitation/traceFile.ts. */
export const FILE_SECTION = String.raw`def packed(values, numbers):
    """Row-major, little-endian, in base64."""
    form = "<f4" if numbers == "float32" else "<f2"
    return base64.b64encode(numpy.ascontiguousarray(values, dtype=form).tobytes()).decode("ascii")


def number_form(classes, images, channels):
    """float32, or float16 where float32 is too large for the format. channels: of all blocks together."""
    for numbers, width in (("float32", 4), ("float16", 2)):
        if channels * (2 * classes + images) * width * 4 / 3 + 2**20 < MAX_CHARACTERS:
            return numbers
    raise RecordingError(
        f"{classes} classes of {channels:,} channels are more than a recording holds. "
        "Name the classes to tell apart, keep_classes=[...]; the others are put together."
    )


def short(text):
    """At most MAX_NAME UTF-16 units."""
    return str(text)[: MAX_NAME // 2]


def fingerprints(root):
    """Names and hashes of the files that define the model's classes, its own first; PyTorch's are left out."""
    found = {}
    for module in root.modules():
        kind = type(module)
        if kind.__module__.split(".")[0] == "torch":
            continue
        try:
            path = inspect.getsourcefile(kind)
            with open(path, encoding="utf-8-sig", newline=None) as file:
                text = file.read()
        except (OSError, TypeError, ValueError):
            continue  # no file: made in a notebook or by exec
        found[path] = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    entries = [{"file": short(os.path.basename(path)), "fingerprint": digest} for path, digest in found.items()]
    return entries[:MAX_CODE_FILES]


def write(path, content):
    """In one step, so that no half of a file is ever there."""
    temporary = f"{path}.tmp"
    with open(temporary, "w", encoding="utf-8") as file:
        json.dump(content, file, allow_nan=False)
    os.replace(temporary, path)`;
