import MillraceKafka

extension Configuration {
    /// Whether a property's value is shown nowhere: a secret, or a name that librdkafka does not know, which may be a
    /// secret's misspelt.
    package static func isSecretProperty(_ name: String) -> Bool {
        KafkaProperties.isSecret(name) || !KafkaProperties.names.contains(name)
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
        let properties = KafkaProperties(kafka.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        var refused: Set<String> = []
        var faults: [OptionFault] = []
        for purpose in [ClientPurpose.consumer, .letterProducer] {
            for fault in properties.faults(for: purpose) where refused.insert(fault.name).inserted {
                let isKnown = KafkaProperties.names.contains(fault.name)
                let found = isKnown ? kafka[fault.name].map { OptionValue($0) } : nil
                faults.append(
                    OptionFault(
                        isKnown ? .invalidValue : .unknownKey, at: path.appending(fault.name), fault.message,
                        found: KafkaProperties.isSecret(fault.name) ? nil : found?.shown,
                        suggestion: isKnown
                            ? nil : NearestName.of(fault.name, among: KafkaProperties.names)))
            }
        }
        return faults.sorted { $0.path.description < $1.path.description }
    }
}
