import Millrace
import MillraceCYAML

/// One thing that libyaml saw.
enum YAMLEvent {
    case scalar(text: String, isPlain: Bool, anchor: String?)
    case alias(String)
    case listStart(anchor: String?)
    case listEnd
    case mapStart(anchor: String?)
    case mapEnd
    case documentStart
    case documentEnd
    case streamStart
    case streamEnd
}

/// A place in a text, counted from 1.
struct YAMLPosition {
    var line: Int
    var column: Int
}

/// What the parser does not take, and where.
struct YAMLFault: Error {
    var position: YAMLPosition
    var problem: String
    var allowed: String?
}

/// Owns a parser of libyaml and the text that it reads: the only place that calls libyaml.
final class YAMLParser {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let text: UnsafeMutableBufferPointer<UInt8>

    /// Reads the text, which is copied.
    init(_ bytes: [UInt8]) throws(YAMLFault) {
        text = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
        _ = text.initialize(from: bytes)
        // On the heap, since libyaml keeps pointers into it.
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            text.deallocate()
            throw YAMLFault(position: YAMLPosition(line: 1, column: 1), problem: "no memory for a parser")
        }
        yaml_parser_set_input_string(parser, text.baseAddress, text.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        text.deallocate()
    }

    /// The next event and where it begins.
    func next() throws(YAMLFault) -> (event: YAMLEvent, position: YAMLPosition) {
        var raw = yaml_event_t()
        guard yaml_parser_parse(parser, &raw) == 1 else { throw fault() }
        defer { yaml_event_delete(&raw) }
        let position = YAMLPosition(line: raw.start_mark.line + 1, column: raw.start_mark.column + 1)
        return (try Self.event(raw, at: position), position)
    }

    private static func event(_ raw: yaml_event_t, at position: YAMLPosition) throws(YAMLFault) -> YAMLEvent {
        switch raw.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return .streamEnd
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_SEQUENCE_END_EVENT: return .listEnd
        case YAML_MAPPING_END_EVENT: return .mapEnd
        case YAML_ALIAS_EVENT: return .alias(string(raw.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = raw.data.scalar
            try refuseTag(scalar.tag, at: position)
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return .scalar(
                text: String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
                anchor: string(scalar.anchor))
        case YAML_SEQUENCE_START_EVENT:
            try refuseTag(raw.data.sequence_start.tag, at: position)
            return .listStart(anchor: string(raw.data.sequence_start.anchor))
        case YAML_MAPPING_START_EVENT:
            try refuseTag(raw.data.mapping_start.tag, at: position)
            return .mapStart(anchor: string(raw.data.mapping_start.anchor))
        default: return .streamEnd
        }
    }

    private static func refuseTag(_ tag: UnsafeMutablePointer<UInt8>?, at position: YAMLPosition) throws(YAMLFault) {
        guard let tag = string(tag) else { return }
        let name = tag.hasPrefix("tag:yaml.org,2002:") ? "!!" + tag.dropFirst(18) : tag
        throw YAMLFault(
            position: position, problem: "a tag is not taken, found '\(OptionValue.printable(name))'",
            allowed: "the value alone; quotes make it a text")
    }

    private static func string(_ bytes: UnsafeMutablePointer<UInt8>?) -> String? {
        bytes.map { String(cString: $0) }
    }

    /// The parser's own words, and where it stopped.
    private func fault() -> YAMLFault {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "no memory"
        let context = parser.pointee.context.map { ", \(String(cString: $0))" } ?? ""
        var position = YAMLPosition(
            line: parser.pointee.problem_mark.line + 1, column: parser.pointee.problem_mark.column + 1)
        if parser.pointee.error == YAML_READER_ERROR {
            // The reader knows the byte only.
            let before = text.prefix(parser.pointee.problem_offset)
            let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            position.line = before.count { $0 == UInt8(ascii: "\n") } + 1
            position.column = before.count - lineStart + 1
        }
        // The end of the text counts as a line of its own there, but nobody finds it in an editor.
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let last = lines.last?.isEmpty == true && lines.count > 1 ? lines.count - 1 : lines.count
        if position.line > last {
            position = YAMLPosition(line: last, column: String(decoding: lines[last - 1], as: UTF8.self).count + 1)
        }
        return YAMLFault(
            position: position, problem: "not YAML: \(problem)\(context)",
            allowed: hint(inLine: lines[position.line - 1]))
    }

    /// What is meant by two common mistakes that libyaml words badly.
    private func hint(inLine line: Slice<UnsafeMutableBufferPointer<UInt8>>) -> String? {
        if line.prefix(while: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }).contains(UInt8(ascii: "\t")) {
            return "spaces at the beginning of a line, not tabs"
        }
        if String(decoding: line, as: UTF8.self).contains("${") {
            return "within { } and [ ] in quotes: \"${NAME}\""
        }
        return nil
    }
}
