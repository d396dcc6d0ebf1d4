extension OptionType where Value == String {
    /// A topic's name, by Kafka's rules.
    package static var topic: OptionType<String> {
        let allowed = "a topic's name: letters, digits, '.', '_' and '-', at most 249"
        return OptionType(allowed, parse: { TopicName.isValid($0) ? $0 : nil }, text: { $0 })
    }

    /// A topic's name in which `{topic}` stands for another's.
    package static var topicTemplate: OptionType<String> {
        let allowed = "a topic's name, in which {topic} stands for the source's"
        return OptionType(
            allowed, parse: { TopicName.isValid($0.replacing("{topic}", with: "t")) ? $0 : nil }, text: { $0 })
    }

    /// `HOST:PORT`; an IPv6 host in brackets.
    package static var address: OptionType<String> {
        OptionType(
            "HOST:PORT such as 127.0.0.1:8080, port 0 to 65535",
            parse: { text in
                guard let colon = text.lastIndex(of: ":"), UInt16(text[text.index(after: colon)...]) != nil,
                    text[text.index(after: colon)...].utf8.first != UInt8(ascii: "+")
                else { return nil }
                let host = text[..<colon]
                let isBracketed = host.hasPrefix("[") && host.hasSuffix("]") && host.count > 2
                let isPlain = !host.isEmpty && !host.contains { ":[]/ ".contains($0) }
                return isBracketed || isPlain ? text : nil
            }, text: { $0 })
    }
}

extension OptionType where Value == TypePattern {
    /// A type pattern that is one.
    package static var typePattern: OptionType<TypePattern> {
        OptionType(
            "an event type, a beginning followed by '*', or '*' alone",
            parse: { text in
                let pattern = TypePattern(text)
                return pattern.fault == nil ? pattern : nil
            }, text: \.text)
    }
}

/// Kafka's rules for a topic's name.
package enum TopicName {
    package static func isValid(_ name: String) -> Bool {
        (1...249).contains(name.utf8.count) && name != "." && name != ".."
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
