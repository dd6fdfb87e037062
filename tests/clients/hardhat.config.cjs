// A chain of its own on loopback that believes it is Sepolia, with no money and no accounts.
module.exports = {
	solidity: '0.8.28',
	networks: {
		hardhat: {
			chainId: 11155111,
			hardfork: 'cancun',
			initialBaseFeePerGas: 1000000000,
			accounts: [],
			loggingEnabled: false,
		},
	},
};
