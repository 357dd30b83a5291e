const tf = require("@tensorflow/tfjs-node")

function createModel() {
	const model = tf.sequential()
	model.add(tf.layers.conv2d({
		inputShape: [28, 28, 1],
		kernelSize: 5,
		filters: 8,
		activation: "relu",
	}))
	model.add(tf.layers.maxPooling2d({ poolSize: [2, 2] }))
	model.add(tf.layers.conv2d({ kernelSize: 5, filters: 128, activation: "relu" }))
	model.add(tf.layers.flatten())
	model.add(tf.layers.dense({ units: 10 }))
	return model
}

const listed = tf.sequential({
	layers: [
		tf.layers.conv2d({ inputShape: [28, 28, 1], kernelSize: 3, filters: 64 }),
		tf.layers.batchNormalization(),
		tf.layers.flatten(),
	],
})

module.exports = { createModel, listed }
