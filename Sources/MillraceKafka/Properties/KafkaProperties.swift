/// librdkafka properties by name, in the order in which they were set.
///
/// A value passes through unread: a client refuses what librdkafka refuses, in its words.
package struct KafkaProperties: Sendable {
    /// Names and values in order; a name occurs once.
    package private(set) var pairs: [(name: String, value: String)] = []
    /// Records the requests of each client that is made with these properties; for tests.
    package var requestLog: RequestLog?

    /// No properties.
    package init() {}

    /// Properties in the order given; a later value of a name replaces an earlier one.
    package init(_ pairs: some Sequence<(String, String)>) {
        for (name, value) in pairs { self[name] = value }
    }

    /// Properties in the order of their names.
    package init(_ properties: [String: String]) {
        self.init(properties.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }

    /// The value of a property; setting nil removes it.
    package subscript(name: String) -> String? {
        get { pairs.first { $0.name == name }?.value }
        set {
            if let index = pairs.firstIndex(where: { $0.name == name }) {
                if let newValue {
                    pairs[index].value = newValue
                } else {
                    pairs.remove(at: index)
                }
            } else if let newValue {
                pairs.append((name, newValue))
            }
        }
    }

    /// These properties with those of `other` set over them.
    package func overridden(by other: KafkaProperties) -> KafkaProperties {
        var result = self
        for (name, value) in other.pairs { result[name] = value }
        result.requestLog = other.requestLog ?? requestLog
        return result
    }

    /// Whether a property's value must not be shown.
    package static func isSecret(_ name: String) -> Bool {
        secrets.contains(name) || name.hasSuffix("password") || name.hasSuffix("secret")
    }

    private static let secrets: Set<String> = [
        "sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem", "sasl.oauthbearer.config",
        "sasl.oauthbearer.client.secret", "sasl.oauthbearer.assertion.private.key.pem",
        "sasl.oauthbearer.assertion.private.key.passphrase", "sasl.kerberos.kinit.cmd",
    ]
}

extension KafkaProperties: ExpressibleByDictionaryLiteral {
    /// Properties in the order written.
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements)
    }
}

extension KafkaProperties: CustomStringConvertible {
    /// `name=value` in order, secrets masked.
    package var description: String {
        pairs.map { "\($0.name)=\(Self.isSecret($0.name) ? "***" : $0.value)" }.joined(separator: ", ")
    }
}
