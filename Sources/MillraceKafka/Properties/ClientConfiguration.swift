import MillraceCRdkafka

/// A `rd_kafka_conf_t` on its way to a client, which takes it over.
struct ClientConfiguration: ~Copyable {
    private(set) var pointer: OpaquePointer?

    /// Sets the purpose's defaults, then the properties; throws the first fault, in librdkafka's words.
    init(_ properties: KafkaProperties, for purpose: ClientPurpose) throws(KafkaError) {
        pointer = rd_kafka_conf_new()
        for (name, value) in properties.effective(for: purpose).pairs {
            if let message = set(name, value) { throw KafkaError.configuration(message) }
        }
        if let fault = fixedFaults(of: purpose).first { throw KafkaError.configuration(fault.message) }
    }

    /// No properties at all.
    init() { pointer = rd_kafka_conf_new() }

    deinit { if let pointer { rd_kafka_conf_destroy(pointer) } }

    /// Answers librdkafka's words where it refuses.
    func set(_ name: String, _ value: String) -> String? {
        let outcome = withReason { rd_kafka_conf_set(pointer, name, value, $0, $1) }
        guard outcome.result != RD_KAFKA_CONF_OK else { return nil }
        return KafkaProperties.isSecret(name) ? outcome.reason.replacing(value, by: "***") : outcome.reason
    }

    /// The value as librdkafka understood it, whatever alias it came by.
    func value(_ name: String) -> String? {
        var size = 512
        var text = [CChar](repeating: 0, count: size)
        guard rd_kafka_conf_get(pointer, name, &text, &size) == RD_KAFKA_CONF_OK else { return nil }
        return text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
    }

    /// Where a property that has to stay was changed.
    func fixedFaults(of purpose: ClientPurpose) -> [PropertyFault] {
        purpose.fixed.compactMap { name, wanted, reason in
            guard let value = value(name), value != wanted else { return nil }
            return PropertyFault(
                name: name, message: "\(name) is \(wanted) here and cannot be \(value): \(reason)")
        }
    }

    /// Makes the client, which owns the configuration from then on.
    mutating func makeClient(_ type: rd_kafka_type_t) throws(KafkaError) -> OpaquePointer {
        let outcome = withReason { rd_kafka_new(type, pointer, $0, $1) }
        guard let client = outcome.result else { throw KafkaError.configuration(outcome.reason) }
        pointer = nil
        return client
    }
}

/// A property that a client would refuse.
package struct PropertyFault: Sendable, Hashable {
    /// The property's name as it was written.
    package let name: String
    /// The cause, in librdkafka's words.
    package let message: String
}

extension KafkaProperties {
    /// The purpose's defaults, what it fixes, and these properties over both.
    package func effective(for purpose: ClientPurpose) -> KafkaProperties {
        var result = purpose.defaults
        for (name, value, _) in purpose.fixed { result[name] = value }
        result = result.overridden(by: self)
        // With the newer group protocol the broker decides on both, and the client refuses values of its own.
        if self["group.protocol"] == "consumer" {
            for name in ["partition.assignment.strategy", "heartbeat.interval.ms"] where self[name] == nil {
                result[name] = nil
            }
        }
        // A consumer that fetches less than the largest record to be sent is refused, although it never sends one.
        if purpose == .consumer, let largest = result["message.max.bytes"].flatMap({ Int($0) }),
            let fetch = result["fetch.max.bytes"].flatMap({ Int($0) }), fetch < largest
        {
            result["fetch.max.bytes"] = String(largest)
        }
        return result
    }

    /// Every property that a client of this purpose would refuse by itself. What only does not go together is found
    /// when the client is made.
    package func faults(for purpose: ClientPurpose) -> [PropertyFault] {
        let scratch = ClientConfiguration()
        var faults: [PropertyFault] = []
        for (name, value) in effective(for: purpose).pairs {
            if let message = scratch.set(name, value) { faults.append(PropertyFault(name: name, message: message)) }
        }
        return faults + scratch.fixedFaults(of: purpose)
    }
}

/// Calls what writes its cause as text.
func withReason<Result>(
    _ body: (UnsafeMutablePointer<CChar>?, Int) -> Result
) -> (result: Result, reason: String) {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { text in
        text.initialize(repeating: 0)
        let result = body(text.baseAddress, text.count)
        let reason = text.baseAddress.map { String(cString: $0) } ?? ""
        // Some of librdkafka's reasons end with the end of a line.
        return (result, reason.hasSuffix("\n") ? String(reason.dropLast()) : reason)
    }
}

extension String {
    /// This text with each occurrence of another replaced.
    func replacing(_ part: String, by other: String) -> String {
        guard !part.isEmpty else { return self }
        var result = ""
        var rest = self[...]
        while let range = rest.firstRange(of: part) {
            result += rest[..<range.lowerBound] + other
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}
