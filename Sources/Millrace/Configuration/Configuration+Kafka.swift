import MillraceKafka

extension Configuration {
    /// Whether a property's value is shown nowhere: a secret, or a name that librdkafka does not know, which may be a
    /// secret's misspelt.
    package static func isSecretProperty(_ name: String) -> Bool {
        KafkaProperties.isSecret(name) || KafkaProperties.known[name] == nil
    }

    /// What librdkafka would refuse, in its own words, and what is decided elsewhere.
    func kafkaConflicts() -> [OptionFault] {
        let path = OptionPath().appending("kafka")
        var faults: [OptionFault] = []
        if ["bootstrap.servers", "metadata.broker.list"].allSatisfy({ (kafka[$0] ?? "").isEmpty }) {
            faults.append(
                OptionFault(
                    .missingKey, at: path.appending("bootstrap.servers"), "must be set",
                    allowed: "HOST:PORT, several joined by ','"))
        }
        for (name, allowed) in Self.decidedElsewhere where kafka[name] != nil {
            faults.append(
                OptionFault(
                    .conflict, at: path.appending(name), "this property is decided elsewhere", allowed: allowed))
        }
        return faults + refusedProperties(at: path)
    }

    private static let decidedElsewhere = [
        (name: "group.id", allowed: "worker.group"),
        (name: "transactional.id", allowed: "nothing here: letters are not written in transactions"),
    ]

    private func refusedProperties(at path: OptionPath) -> [OptionFault] {
        let properties = KafkaProperties(kafka)
        var refused: Set<String> = []
        var faults: [OptionFault] = []
        for purpose in [ClientPurpose.consumer, .letterProducer] {
            for fault in properties.faults(for: purpose) where refused.insert(fault.name).inserted {
                faults.append(refusal(fault, for: purpose, at: path.appending(fault.name)))
            }
        }
        return faults.sorted { $0.path.description < $1.path.description }
    }

    private func refusal(_ fault: PropertyFault, for purpose: ClientPurpose, at path: OptionPath) -> OptionFault {
        guard let range = KafkaProperties.known[fault.name] else {
            return OptionFault(
                .unknownKey, at: path, fault.message, allowed: "a property of librdkafka \(KafkaLibrary.version)",
                suggestion: NearestName.of(fault.name, among: KafkaProperties.known.keys.sorted()))
        }
        let text = KafkaProperties.isSecret(fault.name) ? nil : kafka[fault.name]
        let isSaid = text.map { fault.message.contains($0) } ?? true
        let allowed = purpose.fixed.first { $0.name == fault.name }?.value ?? range
        return OptionFault(
            .invalidValue, at: path, fault.message, found: isSaid ? nil : text.map { OptionValue($0).shown },
            allowed: allowed.isEmpty ? nil : allowed)
    }
}
