// A residual network and a student's U-shaped toy, plain JavaScript
const tf = require('@tensorflow/tfjs')

function residualBlock(x, filters, downsample) {
    const strides = downsample ? 2 : 1
    let y = tf.layers.conv2d({ filters: filters, kernelSize: 3, strides: strides, padding: 'same', useBias: false }).apply(x)
    y = tf.layers.batchNormalization().apply(y)
    y = tf.layers.activation({ activation: 'relu' }).apply(y)
    y = tf.layers.conv2d({ filters: filters, kernelSize: 3, padding: 'same', useBias: false }).apply(y)
    y = tf.layers.batchNormalization().apply(y)

    let shortcut = x
    if (downsample) {
        shortcut = tf.layers.conv2d({ filters: filters, kernelSize: 1, strides: 2 }).apply(x)
    }
    const out = tf.layers.add().apply([y, shortcut])
    return tf.layers.activation({ activation: 'relu' }).apply(out)
}

class InvertedResidual {
    constructor(filters, expansion) {
        this.filters = filters
        this.expansion = expansion
    }

    build(input, inChannels) {
        let x = tf.layers.conv2d({ filters: inChannels * this.expansion, kernelSize: 1 }).apply(input)
        x = tf.layers.batchNormalization().apply(x)
        x = tf.layers.reLU({ maxValue: 6 }).apply(x)
        x = tf.layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }).apply(x)
        x = tf.layers.batchNormalization().apply(x)
        x = tf.layers.reLU({ maxValue: 6 }).apply(x)
        x = tf.layers.conv2d({ filters: this.filters, kernelSize: 1 }).apply(x)
        x = tf.layers.batchNormalization().apply(x)
        return tf.layers.add().apply([input, x])
    }
}

function student(H, W) {
    const inp = tf.input({ shape: [H, W, 3] })
    let x = inp
    x = tf.layers.conv2d({ filters: 16, kernelSize: 3, padding: "same", activation: "relu" }).apply(x)
    x = tf.layers.conv2d({ filters: 16, kernelSize: 1, padding: "same", activation: "relu" }).apply(x)
    const skip = tf.layers.conv2d({ filters: 16, kernelSize: 1, padding: "same" }).apply(inp)
    x = tf.layers.add().apply([x, skip])
    x = tf.layers.activation({ activation: "relu" }).apply(x)
    x = residualBlock(x, 16, false)
    x = residualBlock(x, 32, true)
    x = new InvertedResidual(32, 6).build(x, 32)
    const out = tf.layers.conv2d({ filters: 1, kernelSize: 1, padding: "same", activation: "sigmoid" }).apply(x)
    return tf.model({ inputs: inp, outputs: out })
}

module.exports = { residualBlock, student }
