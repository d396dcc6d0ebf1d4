// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "custom-processor",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "millrace", path: "../..")],
    targets: [
        .executableTarget(
            name: "CustomProcessor",
            dependencies: [
                .product(name: "CloudEvents", package: "millrace"), .product(name: "Millrace", package: "millrace"),
            ],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
            ])
    ],
    swiftLanguageModes: [.v6]
)
