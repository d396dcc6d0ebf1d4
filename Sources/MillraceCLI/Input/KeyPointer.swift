import CloudEvents
import Millrace

/// Where a bare event has its record's key: a JSON pointer (RFC 6901) such as `/data/id`.
struct KeyPointer: Sendable, Hashable {
    /// As it was written.
    let text: String
    /// The names on the way, without escapes.
    let names: [[UInt8]]

    /// As a flag takes it.
    static var type: OptionType<KeyPointer> {
        OptionType("a JSON pointer such as /data/id", parse: { Self($0) }, text: \.text)
    }

    init?(_ text: String) {
        guard text.utf8.first == UInt8(ascii: "/") else { return nil }
        var names: [[UInt8]] = []
        for part in text.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            var name: [UInt8] = []
            var rest = part
            while let byte = rest.popFirst() {
                guard byte == UInt8(ascii: "~") else {
                    name.append(byte)
                    continue
                }
                switch rest.popFirst() {
                case UInt8(ascii: "0"): name.append(UInt8(ascii: "~"))
                case UInt8(ascii: "1"): name.append(UInt8(ascii: "/"))
                default: return nil
                }
            }
            names.append(name)
        }
        self.text = text
        self.names = names
    }
}

extension KeyPointer {
    /// A record's key: the text of the string that stands there, the JSON text of a number or of true and false. Nil
    /// where there is nothing else, or no JSON at all.
    func key(in document: [UInt8]) -> [UInt8]? {
        document.withUnsafeBytes { bytes in
            let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            let text = UnsafeRawBufferPointer(rebasing: bytes[mark...])
            guard var cursor = try? JSONCursor(checking: text) else { return nil }
            for name in names {
                guard cursor.goTo(name) else { return nil }
            }
            switch cursor.kind {
            case .string: return (try? cursor.string())?.bytes
            case .number, .boolean: return Array(cursor.skip().bytes)
            case .object, .array, .null: return nil
            }
        }
    }
}

extension JSONCursor {
    /// Goes to the member of that name of the object at hand, or to the element of that number of the array; false:
    /// there is none.
    fileprivate mutating func goTo(_ name: [UInt8]) -> Bool {
        if kind == .object, (try? enterObject()) != nil {
            while let member = nextMember() {
                if member.bytes == name { return true }
                skip()
            }
        } else if kind == .array, (try? enterArray()) != nil {
            var index = 0
            while nextElement() {
                if Array(String(index).utf8) == name { return true }
                skip()
                index += 1
            }
        }
        return false
    }
}
