import Millrace
import MillraceKafka

extension Invocation {
    /// How a command that only sends or reads reaches the brokers: `--kafka` alone, or the kafka section of the
    /// configuration with `--kafka` over it. The rest of a configuration does not matter here.
    func kafkaProperties() throws -> KafkaProperties {
        let isConfigured =
            self[ConfigurationFlags.file] != nil || environment["MILLRACE_CONFIG"]?.isEmpty == false
            || !self[ConfigurationFlags.set].isEmpty
        if !isConfigured, let servers = self[ConfigurationFlags.kafka] { return ["bootstrap.servers": servers] }
        let loaded = try loadConfiguration()
        let faults = loaded.faults.filter { $0.path.isRoot || $0.path.elements.first == .key("kafka") }
        let properties = KafkaProperties(loaded.configuration.kafka)
        let isNamed = properties["bootstrap.servers"] != nil
        guard isNamed || isConfigured && !faults.isEmpty else {
            throw CommandError.usage("no brokers: say --kafka BROKERS, or --config FILE with kafka.bootstrap.servers")
        }
        guard faults.isEmpty else { throw OptionFaults(faults) }
        return properties
    }
}
